import type { ValidateFunction } from 'ajv/dist/2020.js';
import { check, createAjv } from '../runs/schema-check.js';
import type { ApiMiddleware, ApiRouter, RouteContext } from './context.js';
import { isOpen, type Operation } from './contract/operation.js';
import { type Parameters, readParameters, type Values } from './contract/parameters.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import type { Authorize } from './middleware/authorize.js';

/** The checked parts of a request. */
export interface Given<Q extends Parameters> {
  readonly query: Values<Q>;
  /** The JSON body, `{}` if empty. Checked here, except for `checked-by-definition`. */
  readonly input: unknown;
  readonly key: string | undefined;
}

/** Serves an operation with this handler. */
export type Mount = <Q extends Parameters>(
  operation: Operation<Q>,
  handle: (ctx: RouteContext, given: Given<Q>) => void | Promise<void>,
) => void;

export interface MountDeps {
  readonly readBody: ApiMiddleware;
  readonly authorize: Authorize;
  /** Called for each mounted operation. */
  readonly onMount: (operation: Operation) => void;
}

/** Enforces the operation's scope, body, query and key before it calls the handler. */
export const createMount = (router: ApiRouter, { readBody, authorize, onMount }: MountDeps): Mount => {
  const ajv = createAjv();
  return (operation, handle) => {
    const { method, scope, body, query, takesKey } = operation;
    onMount(operation);
    const before = [...(isOpen(scope) ? [] : [authorize(scope)]), ...(body ? [readBody] : [])];
    const validate: ValidateFunction | undefined = typeof body === 'object' ? ajv.compile(body) : undefined;
    router[method](operation.path.replace(/\{(\w+)\}/g, ':$1'), ...before, async (ctx) => {
      const given = {
        query: readParameters(ctx, query),
        key: takesKey ? idempotencyKeyOf(ctx.req.headers) : undefined,
        // Workflows without input receive `{}` for an empty body.
        input: ctx.state.body === undefined ? {} : ctx.state.body,
      };
      if (validate) check('The body', validate, given.input);
      return handle(ctx, given);
    });
  };
};
