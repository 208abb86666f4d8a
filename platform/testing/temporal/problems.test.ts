import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import test from 'ava';
import { createWorkflowEngine } from '../../temporal/workflow-engine.js';
import { createFixtureActivities } from '../fixtures/activities.js';
import { withBrokenCode } from '../fixtures/broken.js';
import { hello, mend } from '../fixtures/definitions.js';
import { createTestEngine, createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { testProduct } from '../test-product.js';

const newId = (workflow: string) => `${workflow}-${randomUUID()}`;

async function ownTemporal(t: { teardown: (end: () => Promise<void>) => void }): Promise<TestTemporal> {
  const temporal = await createTestTemporal();
  t.teardown(() => temporal.close());
  return temporal;
}

const problemsOf = async ({ engine }: TestTemporal, workflowId: string) =>
  (await engine.describe(workflowId))?.problems ?? [];

test.serial('reports a failing workflow task until its code is fixed', async (t) => {
  const temporal = await ownTemporal(t);
  const { engine, client } = temporal;
  const stop = await withBrokenCode(() => temporal.startWorkers(createFixtureActivities()));
  const workflowId = newId('mend');
  await engine.start(mend, { workflowId, input: { count: 0 } });
  await until('a failing task', async () => (await problemsOf(temporal, workflowId)).length > 0);
  const failing = {
    kind: 'workflow-task-failing',
    activity: null,
    attempts: 1,
    failure: { code: 'run-failed', message: 'the fixture is broken' },
    nextAttemptAt: null,
  } as const;
  t.deepEqual(await problemsOf(temporal, workflowId), [failing]);
  t.deepEqual((await engine.history(workflowId))?.problems, [failing]);
  const options = { taskQueues: testProduct.taskQueues, timeoutMs: 30_000, stacks: true };
  const [shown] = (await createWorkflowEngine(client, options).history(workflowId))?.problems ?? [];
  t.regex(shown?.failure.stack ?? '', /^at mend \(.*fixtures.workflows\.ts:\d+:\d+\)/);

  await stop();
  await temporal.startWorkers(createFixtureActivities());
  await until('the fix', async () => (await problemsOf(temporal, workflowId)).length === 0);
  t.deepEqual(await engine.update(workflowId, 'end', { count: 0 }), { ended: true });
  t.deepEqual((await engine.history(workflowId))?.problems, []);
});

test.serial(
  'answers queries with workflow-task-failing while the deadline ends them, and when Temporal rejects them',
  async (t) => {
    const temporal = await ownTemporal(t);
    await withBrokenCode(() => temporal.startWorkers(createFixtureActivities()));
    const workflowId = newId('mend');
    await temporal.engine.start(mend, { workflowId, input: { count: 0 } });
    await until('a failing task', async () => (await problemsOf(temporal, workflowId)).length > 0);
    const engine = createTestEngine(temporal.client, 1_000);
    const failing = { code: 'workflow-task-failing', message: /the fixture is broken/ };
    await t.throwsAsync(engine.query(workflowId, 'state'), failing);
    const unconfirmed = { code: 'update-unconfirmed', message: /the fixture is broken/ };
    await t.throwsAsync(engine.update(workflowId, 'end', { count: 0 }), unconfirmed);
    // From the third attempt on, Temporal rejects messages at once.
    await until('a third attempt', async () => Number((await problemsOf(temporal, workflowId))[0]?.attempts) >= 2);
    await t.throwsAsync(temporal.engine.query(workflowId, 'state'), failing);
    await t.throwsAsync(temporal.engine.update(workflowId, 'end', { count: 0 }), failing);
  },
);

test.serial('reports activities that are retried, and when', async (t) => {
  const temporal = await ownTemporal(t);
  let hasWords = false;
  await temporal.startWorkers({
    composeGreeting: async () => {
      if (!hasWords) throw ApplicationFailure.create({ type: 'no-words', message: 'nothing comes to mind' });
      return 'Hello!';
    },
  });
  const workflowId = newId('hello');
  await temporal.engine.start(hello, { workflowId, input: { name: 'Ada' } });
  await until('a later attempt', async () => (await problemsOf(temporal, workflowId))[0]?.nextAttemptAt != null);
  const [problem] = await problemsOf(temporal, workflowId);
  t.like(problem, {
    kind: 'activity-retrying',
    activity: 'composeGreeting',
    failure: { code: 'no-words', message: 'nothing comes to mind' },
  });
  hasWords = true;
  await temporal.engine.result(workflowId, 60_000);
  t.deepEqual(await problemsOf(temporal, workflowId), []);
});

test.serial('reports nothing for a workflow without a worker', async (t) => {
  const temporal = await ownTemporal(t);
  const workflowId = newId('mend');
  await temporal.engine.start(mend, { workflowId, input: { count: 0 } });
  t.deepEqual(await problemsOf(temporal, workflowId), []);
  await t.throwsAsync(createTestEngine(temporal.client, 1_000).query(workflowId, 'state'), {
    code: 'worker-unavailable',
  });
});
