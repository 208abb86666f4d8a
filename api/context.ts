import type { Router } from '@koa/router';
import type { DefaultContext, Middleware, ParameterizedContext } from 'koa';
import type { Logger } from '../observability/logger.js';

/** What the middleware of every request puts at the routes' disposal. */
export interface ApiState {
  /** The caller's `X-Request-Id`, or one made here. */
  requestId: string;
  /** The process's own; what is logged of the request goes through `logOf`. */
  logger: Logger;
  /** Made by `logOf`. */
  log?: Logger;
  /** Code of the problem that was answered, for the access log. */
  problemCode?: string;
  /** The JSON of the request, where the route reads it; `undefined` when the body is empty. */
  body?: unknown;
}

export type ApiContext = ParameterizedContext<ApiState, DefaultContext, unknown>;
export type ApiMiddleware = Middleware<ApiState>;
export type ApiRouter = Router<ApiState>;

/** A logger that carries the request's id on each of its lines. Most requests never need it. */
export function logOf(state: Pick<ApiState, 'logger' | 'log' | 'requestId'>): Logger {
  state.log ??= state.logger.child({ requestId: state.requestId });
  return state.log;
}
