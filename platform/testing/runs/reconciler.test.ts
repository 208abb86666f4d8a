import test from 'ava';
import type { RunParts } from '../../runs/durable-runs.js';
import type { Run } from '../../runs/run.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import { ada, createTestRuns, recorderOf, type TestRuns, testRecords } from '../support/runs.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { testProduct } from '../test-product.js';

/** Bound for ends that the default settings find within 15 s, and these tests' settings sooner; in milliseconds. */
const boundMs = 60_000;
const voteInput = { subject: 'a holiday', deadline: '1 hour' };

let temporal: TestTemporal;
let database: TestDatabase;
let parts: RunParts;
let runs: TestRuns;

test.before(async () => {
  [temporal, database] = await Promise.all([createTestTemporal(), createTestDatabase()]);
  parts = { ...testRecords(database.sequelize), engine: temporal.engine };
  runs = createTestRuns(parts);
  runs.begin();
  // These workers report no closings, as if each had died right after them.
  await temporal.startWorkers({
    composeGreeting: async ({ name }: { name: string }) => `Hello, ${name}!`,
    recordDecision: async () => {},
  });
});
test.after.always(async () => {
  await runs?.stop();
  await temporal?.close();
  await database?.drop();
});

async function once(id: string, status: Run['status'], { ada: { get } } = runs): Promise<Run> {
  await until(`run ${id} is ${status}`, async () => (await get(id)).status === status, boundMs);
  return get(id);
}
const startVote = async () => once((await runs.ada.start('vote', voteInput)).id, 'running');
const approve = (run: Run) =>
  temporal.engine.update(run.workflowId, 'decide', { decision: 'approved', decidedBy: 'ada' });

async function reset({ workflowId }: Run, { client } = temporal): Promise<void> {
  const { namespace } = client.options;
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
    reason: 'a test',
    requestId: workflowId,
    workflowTaskFinishEventId: { low: 4, high: 0, unsigned: false } as never,
  });
}

test('finds an end that no worker reported', async (t) => {
  const { id } = await runs.ada.start('hello', { name: 'Ada' });
  t.like(await once(id, 'completed'), { result: { greeting: 'Hello, Ada!' } });
});

test('finds a termination with its reason', async (t) => {
  const run = await startVote();
  await temporal.engine.terminate(run.workflowId, 'by hand');
  t.like(await once(run.id, 'terminated'), { failure: { code: 'run-terminated', message: 'by hand' } });
});

test('finds a termination before the next check of the run', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const records = { ...testRecords(sequelize, { checkIntervalMs: 300_000 }), engine: temporal.engine };
  const here = createTestRuns(records, { checkIntervalMs: 300_000 });
  t.teardown(() => here.stop());
  here.begin();
  const { id } = await here.ada.start('vote', voteInput);
  const run = await once(id, 'running', here);
  // As if it had just been checked.
  await sequelize.query("UPDATE runs SET due_at = now() + interval '5 minutes'");
  await temporal.engine.terminate(run.workflowId, 'by hand');
  t.like(await once(run.id, 'terminated', here), { failure: { message: 'by hand' } });
});

test('finds a timeout', async (t) => {
  const run = await parts.repository.accept({ caller: ada, workflow: 'hello', input: {}, leased: true });
  await temporal.client.workflow.start('hello', {
    workflowId: run.run.workflowId,
    taskQueue: 'not-polled',
    workflowExecutionTimeout: '1 second',
    args: [{}],
  });
  t.like(await once(run.run.id, 'timed-out'), { failure: { code: 'run-timed-out' } });
});

test('marks a run as lost if Temporal no longer knows it', async (t) => {
  const run = await startVote();
  const { namespace } = temporal.client.options;
  await temporal.client.workflowService.deleteWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: run.workflowId },
  });
  t.like(await once(run.id, 'lost'), { failure: { code: 'run-lost' } });
});

test('follows the new execution of an open run after a reset', async (t) => {
  const run = await startVote();
  await temporal.engine.query(run.workflowId, 'state');
  await reset(run);
  const execution = await temporal.engine.describe(run.workflowId);
  t.true(execution?.open);
  await approve(run);
  t.like(await once(run.id, 'completed'), { result: { status: 'approved' } });
});

test('replaces the outcome of an ended run after a reset', async (t) => {
  const own = await createTestTemporal();
  t.teardown(() => own.close());
  const { engine } = own;
  const { sequelize } = await createTestDatabase(t);
  const records = { ...testRecords(sequelize), engine };
  await own.startWorkers({ recordDecision: async () => {} }, {}, recorderOf(records));
  const here = createTestRuns(records);
  t.teardown(() => here.stop());
  const { run } = await records.repository.accept({
    caller: ada,
    workflow: 'vote',
    input: voteInput,
    leased: true,
  });
  await own.client.workflow.start('vote', {
    workflowId: run.workflowId,
    taskQueue: testProduct.taskQueues.workflows,
    args: [voteInput],
  });
  await engine.query(run.workflowId, 'state');
  await engine.terminate(run.workflowId, 'too early');
  here.begin();
  await once(run.id, 'terminated', here);
  await reset(run, own);
  await engine.update(run.workflowId, 'decide', { decision: 'approved', decidedBy: 'ada' });
  t.like(await once(run.id, 'completed', here), { result: { status: 'approved' }, failure: null });
});

test('checks a run less often the longer it is open', async (t) => {
  const own = await createTestDatabase(t);
  const { repository, openRuns } = testRecords(own.sequelize, { checkIntervalMs: 300_000 });
  const ages = ['1 second', '1 minute', '1 day'];
  for (const age of ages) {
    const { run } = await repository.accept({ caller: ada, workflow: 'hello', input: {}, leased: true });
    await repository.transition(run.id, { to: 'running', temporalRunId: age, startedAt: new Date() });
    await own.sequelize.query(
      `UPDATE runs SET started_at = now() - interval '${age}', due_at = now() WHERE id = '${run.id}'`,
    );
  }
  t.is((await openRuns.claimToCheck(10)).length, 3);
  t.is((await openRuns.claimToCheck(10)).length, 0, 'another process does not check the same runs');
  const pauses = await rowsOf<{ seconds: number }>(
    own.sequelize,
    'SELECT round(extract(epoch FROM due_at - now()))::int AS seconds FROM runs ORDER BY id',
  );
  t.deepEqual(pauses, [{ seconds: 10 }, { seconds: 30 }, { seconds: 300 }]);
});
