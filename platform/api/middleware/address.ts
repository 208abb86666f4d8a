import type { ApiMiddleware } from '../context.js';

/**
 * Where a request came from. Koa reads `X-Forwarded-For` only where the app has been told of proxies, and then only what the
 * trusted ones have written.
 */
export const address: ApiMiddleware = (ctx, next) => {
  ctx.state.address = ctx.ip;
  return next();
};
