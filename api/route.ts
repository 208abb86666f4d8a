import type { ApiMiddleware, ApiRouter, RouteContext } from './context.js';
import type { Operation } from './contract/operation.js';
import { type Parameters, readParameters, type Values } from './contract/parameters.js';
import type { Authorize } from './middleware/authorize.js';

/** Serves an operation by this handler, which is given the query parameters as they were read. */
export type Mount = <Q extends Parameters>(
  operation: Operation<Q>,
  handle: (ctx: RouteContext, query: Values<Q>) => void | Promise<void>,
) => void;

/** What an operation says of itself is kept before its handler is asked: scope, body, parameters. */
export const createMount =
  (router: ApiRouter, { readBody, authorize }: { readBody: ApiMiddleware; authorize: Authorize }): Mount =>
  (operation, handle) => {
    const path = operation.path.replace(/\{(\w+)\}/g, ':$1');
    const before = [...(operation.scope ? [authorize(operation.scope)] : []), ...(operation.body ? [readBody] : [])];
    router[operation.method](path, ...before, async (ctx) => handle(ctx, readParameters(ctx, operation.query)));
  };
