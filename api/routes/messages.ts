import type { Runs } from '../../runs/runs.js';
import type { ApiMiddleware, ApiRouter } from '../context.js';
import { readParameters } from '../parameters.js';
import { inputOf } from '../request-input.js';
import { runIdOf } from '../run-id.js';

/** The workflow's own messages: `POST …/signals/{name}`, `GET …/queries/{name}`, `POST …/updates/{name}` of a run. */
export function messageRoutes(router: ApiRouter, runs: Runs, readBody: ApiMiddleware): void {
  router.post('/v1/runs/:id/signals/:name', readBody, async (ctx) => {
    readParameters(ctx, {});
    await runs.signal(runIdOf(ctx), ctx.params['name'] ?? '', inputOf(ctx));
    ctx.status = 202;
    ctx.body = {};
  });

  router.get('/v1/runs/:id/queries/:name', async (ctx) => {
    readParameters(ctx, {});
    ctx.body = { result: await runs.query(runIdOf(ctx), ctx.params['name'] ?? '') };
  });

  router.post('/v1/runs/:id/updates/:name', readBody, async (ctx) => {
    readParameters(ctx, {});
    ctx.body = { result: await runs.update(runIdOf(ctx), ctx.params['name'] ?? '', inputOf(ctx)) };
  });
}
