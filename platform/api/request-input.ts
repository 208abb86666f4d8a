import type { ApiState } from './context.js';

/** The input in the request's body. A body without bytes stands for `{}`, so that what needs no input can be posted with none. */
export const inputOf = (ctx: { readonly state: Pick<ApiState, 'body'> }): unknown =>
  ctx.state.body === undefined ? {} : ctx.state.body;
