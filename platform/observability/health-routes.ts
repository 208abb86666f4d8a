import type { Router, RouterContext } from '@koa/router';
import { healthPaths } from '../settings/names.js';
import { type Health, withoutDetails } from './health.js';

/** Probes come every few seconds, so this is soon enough to look again. */
const retryAfterSeconds = '2';

/** Whether the caller may read versions, latencies, details and errors. An error that it throws becomes the answer. */
export type MayReadDetails<State> = (ctx: RouterContext<State & object>) => Promise<boolean>;

/**
 * The three health endpoints. `/health/live` answers 200, or 503 when only a new process helps; `/health/ready` answers 200 or 503;
 * `/health` answers 200 while nothing critical is down, else 503. Each is JSON and is never cached.
 * @param mayReadDetails - called for `/health` only: probes answer the same to everybody, and never look up a key
 * @default - every caller reads everything, on probes too
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

interface Answerable {
  status: number;
  body: unknown;
  set(field: string, value: string): void;
}

function answer(ctx: Answerable, body: unknown, healthy: boolean): void {
  ctx.status = healthy ? 200 : 503;
  ctx.set('Cache-Control', 'no-store');
  if (!healthy) ctx.set('Retry-After', retryAfterSeconds);
  ctx.body = body;
}
