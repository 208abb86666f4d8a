import type { Layer } from '@koa/router';
import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';

/**
 * Runs after the routes, for requests that none of them handled. Answers OPTIONS with the methods of the path.
 * @throws {HttpProblem} `method-not-allowed` with `Allow`, or `route-not-found` for an unknown path
 */
export const methodNotAllowed: ApiMiddleware = (ctx) => {
  const matched: readonly Layer[] = ctx['matched'] ?? [];
  const methods = new Set(matched.flatMap((layer) => layer.methods));
  if (methods.size === 0) throw new HttpProblem('route-not-found', 'See /docs or /openapi.json for all paths');
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (ctx.method !== 'OPTIONS') {
    throw new HttpProblem('method-not-allowed', `Allowed methods: ${allow}`, { headers: { Allow: allow } });
  }
  ctx.status = 204;
  ctx.set('Allow', allow);
};
