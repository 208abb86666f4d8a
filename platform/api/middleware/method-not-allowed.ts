import type { Layer } from '@koa/router';
import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';

/**
 * Comes after the routes, for what none of them took: answers OPTIONS with the path's methods, and otherwise throws
 * `method-not-allowed` with `Allow`, or `route-not-found` where nothing is served at the path.
 */
export const methodNotAllowed: ApiMiddleware = (ctx) => {
  const matched: readonly Layer[] = ctx['matched'] ?? [];
  const methods = new Set(matched.flatMap((layer) => layer.methods));
  if (methods.size === 0) throw new HttpProblem('route-not-found', 'See /docs or /openapi.json for what there is');
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (ctx.method !== 'OPTIONS') {
    throw new HttpProblem('method-not-allowed', `Allowed are ${allow}`, { headers: { Allow: allow } });
  }
  ctx.status = 204;
  ctx.set('Allow', allow);
};
