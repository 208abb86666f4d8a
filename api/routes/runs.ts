import type { Runs } from '../../runs/runs.js';
import type { ApiMiddleware, ApiRouter } from '../context.js';
import { cursorParameter, limitParameter, readParameters } from '../parameters.js';
import { inputOf } from '../request-input.js';
import { runIdOf } from '../run-id.js';
import { noInput, terminateReason } from '../run-requests.js';
import { toRunResource } from '../run-resource.js';

/** `GET /v1/runs` and `GET /v1/runs/{id}`, and what ends a run: `POST …/cancel`, `POST …/terminate`. */
export function runRoutes(router: ApiRouter, runs: Runs, readBody: ApiMiddleware): void {
  router.get('/v1/runs', async (ctx) => {
    const { limit, cursor } = readParameters(ctx, { limit: limitParameter, cursor: cursorParameter });
    const page = await runs.list(cursor === undefined ? { limit } : { limit, cursor });
    const next = page.next ?? null;
    ctx.body = {
      runs: page.runs.map(toRunResource),
      next,
      links: next === null ? {} : { next: `/v1/runs?limit=${limit}&cursor=${encodeURIComponent(next)}` },
    };
  });

  router.get('/v1/runs/:id', async (ctx) => {
    readParameters(ctx, {});
    ctx.body = toRunResource(await runs.get(runIdOf(ctx)));
  });

  router.post('/v1/runs/:id/cancel', readBody, async (ctx) => {
    readParameters(ctx, {});
    noInput(inputOf(ctx));
    ctx.body = toRunResource(await runs.cancel(runIdOf(ctx)));
    ctx.status = 202;
  });

  router.post('/v1/runs/:id/terminate', readBody, async (ctx) => {
    readParameters(ctx, {});
    ctx.body = toRunResource(await runs.terminate(runIdOf(ctx), terminateReason(inputOf(ctx))));
    ctx.status = 202;
  });
}
