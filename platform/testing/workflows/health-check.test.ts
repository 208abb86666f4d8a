import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createHealthActivities, type HealthDeps } from '../../activities/health.js';
import { DatabaseUnavailable } from '../../errors/platform.js';
import { healthCheck } from '../../workflows/health-check/definition.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';

const working: HealthDeps = {
  postgres: async () => ({ version: '17' }),
  temporal: async () => ({ version: '1' }),
  worker: async () => ({ version: '0', detail: { uptimeSeconds: 1 } }),
};

let temporal: TestTemporal;
let checks = working;

test.before(async () => {
  temporal = await createTestTemporal();
  const current: HealthDeps = {
    postgres: () => checks.postgres(),
    temporal: () => checks.temporal(),
    worker: () => checks.worker(),
  };
  await temporal.startWorkers(createHealthActivities(current));
});
test.after.always(() => temporal?.close());

const run = (workflowId = `health-check-${randomUUID()}`) =>
  temporal.execute(healthCheck, { workflowId, input: {}, waitMs: 60_000 });

test.serial('reports ok, with the latency of each part, when all of them work', async (t) => {
  checks = working;
  const workflowId = `health-check-${randomUUID()}`;
  const outcome = await run(workflowId);
  t.like(outcome, {
    status: 'completed',
    result: {
      status: 'ok',
      components: { postgres: { state: 'ok', version: '17' }, worker: { detail: { uptimeSeconds: 1 } } },
    },
  });
  const { components } = (outcome as { result: { components: Record<string, { latencyMs: number }> } }).result;
  for (const { latencyMs } of Object.values(components)) t.true(latencyMs >= 0);
  await temporal.recordHistory(workflowId, 'ok');
});

test.serial('completes with a degraded report when a part fails, and says why in words of our own', async (t) => {
  checks = {
    ...working,
    postgres: () => Promise.reject(new DatabaseUnavailable('PostgreSQL cannot be reached')),
    worker: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1:5432')),
  };
  t.like(await run(), {
    status: 'completed',
    result: {
      status: 'degraded',
      components: {
        postgres: { state: 'down', error: 'PostgreSQL cannot be reached' },
        temporal: { state: 'ok' },
        worker: {
          state: 'down',
          error: 'The check failed or was not answered in time; the log of the worker says why',
        },
      },
    },
  });
});

test.serial('asks the parts at the same time', async (t) => {
  let waiting = 0;
  let release = () => {};
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Each check ends only when all three have begun: one after another, they would time out.
  const together = async () => {
    waiting += 1;
    if (waiting === 3) release();
    await all;
    return {};
  };
  checks = { postgres: together, temporal: together, worker: together };
  t.like(await run(), { status: 'completed', result: { status: 'ok' } });
});
