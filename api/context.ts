import type { DefaultContext, Middleware, ParameterizedContext } from 'koa';
import type { Logger } from '../observability/logger.js';

/** What the middleware of every request puts at the routes' disposal. */
export interface ApiState {
  /** The caller's `X-Request-Id`, or one made here. */
  requestId: string;
  /** Carries the request id on each of its lines. */
  log: Logger;
  /** Code of the problem that was answered, for the access log. */
  problemCode?: string;
  /** The JSON of the request, where the route reads it; `undefined` when the body is empty. */
  body?: unknown;
}

export type ApiContext = ParameterizedContext<ApiState, DefaultContext, unknown>;
export type ApiMiddleware = Middleware<ApiState>;
