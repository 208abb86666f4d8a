import type { ApiState } from './context.js';

/** The input in the request body. Workflows without input receive `{}` for an empty body. */
export const inputOf = (ctx: { readonly state: Pick<ApiState, 'body'> }): unknown =>
  ctx.state.body === undefined ? {} : ctx.state.body;
