import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';

/**
 * Normalises the request target to a path (RFC 9112, 3.2): takes the path of a target in absolute form, answers `OPTIONS *`, and rejects
 * other forms. Koa would pass them to Node's legacy URL parser, which throws on some.
 */
export const requestTarget: ApiMiddleware = (ctx, next) => {
  const target = ctx.originalUrl;
  if (target.startsWith('/')) return next();
  if (target === '*' && ctx.method === 'OPTIONS') {
    ctx.status = 204;
    return;
  }
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new HttpProblem('request-malformed', 'The request target must be a path or an http URL');
  }
  ctx.url = url.pathname + url.search;
  return next();
};
