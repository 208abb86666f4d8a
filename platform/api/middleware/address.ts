import type { ApiMiddleware } from '../context.js';

/** Sets the client's address. Koa reads only the entries of `X-Forwarded-For` that trusted proxies appended. */
export const address: ApiMiddleware = (ctx, next) => {
  ctx.state.address = ctx.ip;
  return next();
};
