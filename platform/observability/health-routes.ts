import type { Router, RouterContext } from '@koa/router';
import { healthPaths } from '../settings/names.js';
import { type Health, withoutDetails } from './health.js';

/** Similar to the interval of probes. */
const retryAfterSeconds = '2';

/** Whether the caller can read versions, latencies, details and errors. An error that it throws becomes the answer. */
export type MayReadDetails<State> = (ctx: RouterContext<State & object>) => Promise<boolean>;

/**
 * Adds the three health endpoints. `/health/live` answers 503 if the process must be restarted; `/health/ready` answers 503 if it cannot
 * serve; `/health` answers 503 while a critical component is down. All answers are JSON and not cacheable.
 * @param mayReadDetails - called for `/health` only; probes never look up a key. @default - all callers read all details, in probes too
 */
export function healthRoutes<State>(
  router: Router<State>,
  health: Health,
  mayReadDetails?: MayReadDetails<State>,
): void {
  const open = mayReadDetails ? withoutDetails(health) : health;
  router.get(healthPaths.live, (ctx) => {
    const liveness = open.live();
    answer(ctx, liveness, liveness.status === 'ok');
  });
  router.get(healthPaths.ready, async (ctx) => {
    const readiness = await open.ready();
    answer(ctx, readiness, readiness.ready);
  });
  router.get(healthPaths.report, async (ctx) => {
    const report = await ((await mayReadDetails?.(ctx)) ? health : open).report();
    answer(ctx, report, report.status !== 'down');
  });
}

function answer(ctx: Pick<RouterContext, 'status' | 'body' | 'set'>, body: unknown, healthy: boolean): void {
  ctx.status = healthy ? 200 : 503;
  ctx.set('Cache-Control', 'no-store');
  if (!healthy) ctx.set('Retry-After', retryAfterSeconds);
  ctx.body = body;
}
