import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Protects an API without authentication against cross-site requests: any web page open in a browser on this machine can send them. It cannot
 * read the answers, but a POST takes effect. The browser names the page in `Origin`.
 * @throws {HttpProblem} `origin-not-allowed`
 */
export const requireAllowedOrigin =
  (allowed: readonly string[]): ApiMiddleware =>
  (ctx, next) => {
    const origin = ctx.get('Origin');
    const isOwn = origin === '' || origin === `http://${ctx.get('Host')}`;
    if (safeMethods.includes(ctx.method) || isOwn || allowed.includes(origin)) return next();
    throw new HttpProblem(
      'origin-not-allowed',
      'Add the origin to API_CORS_ORIGINS to allow its pages to call the API',
    );
  };
