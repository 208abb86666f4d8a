import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';

/**
 * Brings the request's target into the form that the routes know, a path (RFC 9112, 3.2): takes the path out of one in absolute
 * form, answers `OPTIONS *`, and refuses what is neither. Koa would give such targets to Node's old parser, which throws on some.
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
    throw new HttpProblem('request-malformed', 'The target is neither a path nor an http URL');
  }
  ctx.url = url.pathname + url.search;
  return next();
};
