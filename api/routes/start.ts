import type { ServerResponse } from 'node:http';
import { isFinal } from '../../runs/run.js';
import type { Runs } from '../../runs/runs.js';
import { anonymous } from '../caller.js';
import type { ApiMiddleware, ApiRouter } from '../context.js';
import { idempotencyKeyOf } from '../idempotency-key.js';
import { readParameters, waitParameter } from '../parameters.js';
import { inputOf } from '../request-input.js';
import { toRunResource } from '../run-resource.js';
import { RunUnsuccessful } from '../run-unsuccessful.js';

/** `POST /v1/workflows/{name}/start` and `…/execute`: both begin a run; the second waits for its end. */
export function startRoutes(router: ApiRouter, runs: Runs, readBody: ApiMiddleware, stopping: AbortSignal): void {
  router.post('/v1/workflows/:name/start', readBody, async (ctx) => {
    readParameters(ctx, {});
    const key = idempotencyKeyOf(ctx.req.headers, anonymous);
    const run = toRunResource(await runs.start(ctx.params['name'] ?? '', inputOf(ctx), key));
    ctx.status = 202;
    ctx.set('Location', run.links.self);
    ctx.body = run;
  });

  router.post('/v1/workflows/:name/execute', readBody, async (ctx) => {
    const { wait } = readParameters(ctx, { wait: waitParameter });
    const key = idempotencyKeyOf(ctx.req.headers, anonymous);
    const signal = whileWaitedFor(ctx.res, stopping);
    const run = await runs.execute(ctx.params['name'] ?? '', inputOf(ctx), { ms: wait, signal }, key);
    const resource = toRunResource(run);
    ctx.set('Location', resource.links.self);
    if (isFinal(run.status) && run.status !== 'completed') throw new RunUnsuccessful(run.status, resource);
    ctx.status = isFinal(run.status) ? 200 : 202;
    ctx.body = resource;
  });
}

/** Aborts when the caller has left, or the process is about to: the run goes on, and its `Location` tells of it. */
function whileWaitedFor(response: ServerResponse, stopping: AbortSignal): AbortSignal {
  const wait = new AbortController();
  const end = () => wait.abort();
  response.once('close', end);
  stopping.addEventListener('abort', end, { once: true, signal: wait.signal });
  if (stopping.aborted) end();
  return wait.signal;
}
