import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';

const harmless = ['GET', 'HEAD', 'OPTIONS'];

/**
 * For where no key is asked for: any page that somebody looks at on this machine can send a request here without being asked, as long as
 * it does not want to see the answer. The browser names the page's origin then.
 * Throws `origin-not-allowed`.
 */
export const refuseOtherOrigins =
  (allowed: readonly string[]): ApiMiddleware =>
  (ctx, next) => {
    const origin = ctx.get('Origin');
    const isOwn = origin === '' || origin === `http://${ctx.get('Host')}`;
    if (harmless.includes(ctx.method) || isOwn || allowed.includes(origin)) return next();
    throw new HttpProblem('origin-not-allowed', 'Pages of this origin may not call; see API_CORS_ORIGINS');
  };
