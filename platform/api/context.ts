import type { Router, RouterContext } from '@koa/router';
import type { DefaultContext, Middleware, ParameterizedContext } from 'koa';
import type { Scope } from '../auth/scopes.js';
import type { Logger } from '../observability/logger.js';
import type { Caller } from '../runs/caller.js';

/** The caller of a request and its scopes. */
export interface ApiCaller extends Caller {
  readonly scopes: readonly Scope[];
}

/** State that the middleware sets for the routes. */
export interface ApiState {
  /** The caller's `X-Request-Id`, or a generated one. */
  requestId: string;
  /** IP address of the client, as seen by the first trusted proxy if there are any. */
  address: string;
  /** The logger of the process. Use `logOf` for log lines about the request. */
  logger: Logger;
  /** Created by `logOf`. */
  log?: Logger;
  /** Code of the problem in the answer, for the access log. */
  problemCode?: string;
  /** Set for operations that need a scope. */
  caller: ApiCaller;
  /** The parsed JSON body, if the route reads it; `undefined` for an empty body. */
  body?: unknown;
}

export type ApiContext = ParameterizedContext<ApiState, DefaultContext, unknown>;
export type ApiMiddleware = Middleware<ApiState>;
export type ApiRouter = Router<ApiState>;
export type RouteContext = RouterContext<ApiState>;

/** A logger that adds the request id to each line. Created on demand, because most requests log nothing. */
export function logOf(state: Pick<ApiState, 'logger' | 'log' | 'requestId'>): Logger {
  state.log ??= state.logger.child({ requestId: state.requestId });
  return state.log;
}
