import type { Router, RouterContext } from '@koa/router';
import type { DefaultContext, Middleware, ParameterizedContext } from 'koa';
import type { Scope } from '../auth/scopes.js';
import type { Logger } from '../observability/logger.js';
import type { Caller } from '../runs/caller.js';

/** Who sent a request, and what its key allows. */
export interface ApiCaller extends Caller {
  readonly scopes: readonly Scope[];
}

/** What the middleware of every request puts at the routes' disposal. */
export interface ApiState {
  /** The caller's `X-Request-Id`, or one made here. */
  requestId: string;
  /** Where the request came from; behind trusted proxies, from where it came to the first of them. */
  address: string;
  /** The process's own; what is logged of the request goes through `logOf`. */
  logger: Logger;
  /** Made by `logOf`. */
  log?: Logger;
  /** Code of the problem that was answered, for the access log. */
  problemCode?: string;
  /** Known to operations that need a scope. */
  caller: ApiCaller;
  /** The JSON of the request, where the route reads it; `undefined` when the body is empty. */
  body?: unknown;
}

export type ApiContext = ParameterizedContext<ApiState, DefaultContext, unknown>;
export type ApiMiddleware = Middleware<ApiState>;
export type ApiRouter = Router<ApiState>;
export type RouteContext = RouterContext<ApiState>;

/** A logger that carries the request's id on each of its lines. Most requests never need it. */
export function logOf(state: Pick<ApiState, 'logger' | 'log' | 'requestId'>): Logger {
  state.log ??= state.logger.child({ requestId: state.requestId });
  return state.log;
}
