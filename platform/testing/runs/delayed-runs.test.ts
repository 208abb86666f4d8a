import test, { type ExecutionContext } from 'ava';
import { createOwnRuns } from '../support/own-runs.js';
import { acceptRun, recorderOf, type TestRunsOptions } from '../support/runs.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

let temporal: TestTemporal;
test.before(async () => {
  temporal = await createTestTemporal();
});
test.after.always(() => temporal?.close());

const hour = { afterMs: 3_600_000 };
const input = { ms: 0 };

const own = (t: ExecutionContext, options?: TestRunsOptions) => createOwnRuns(t, temporal.engine, options);

test('a delayed run is pending until its time, and then runs like any other', async (t) => {
  const { records, process, runs, state } = await own(t);
  t.teardown(await temporal.startWorkers({}, { WORKER_TASK_QUEUES: ['workflows'] }, recorderOf(records)));
  process.begin();
  const at = new Date(Date.now() + 3_000);
  const run = await runs.start('tick', input, undefined, { at });
  t.like(run, { status: 'pending', startsAt: at, startedAt: null });
  t.deepEqual(await runs.get(run.id), run);
  await until('the end', async () => (await runs.get(run.id)).status === 'completed');
  const { startedAt, startsAt } = await runs.get(run.id);
  t.true(startedAt !== null && startedAt.getTime() >= at.getTime() - 100);
  t.deepEqual(startsAt, at);
  t.deepEqual(state.starts, [run.workflowId]);
});

test('a time in the past starts the run at once', async (t) => {
  const { process, runs } = await own(t);
  process.begin();
  const { id } = await runs.start('tick', input, undefined, { at: new Date(0) });
  await until('the start', async () => (await runs.get(id)).status !== 'pending');
  t.pass();
});

test('a delayed run that is cancelled never starts', async (t) => {
  const { process, runs, state, sequelize } = await own(t);
  const { id } = await runs.start('tick', input, undefined, hour);
  t.like(await runs.cancel(id), { status: 'cancelled', startedAt: null, failure: { code: 'run-cancelled' } });
  await sequelize.query(
    "UPDATE runs SET starts_at = now() - interval '1 minute', due_at = now() - interval '1 minute'",
  );
  process.begin();
  const later = await runs.start('tick', input);
  await until('a later run has started', async () => (await runs.get(later.id)).status !== 'pending');
  t.deepEqual(state.starts, [later.workflowId]);
});

test('a delayed run survives its process, and waits for Temporal', async (t) => {
  const { runs, another, state } = await own(t);
  const { id, workflowId } = await runs.start('tick', input, undefined, { afterMs: 500 });
  state.away = true;
  const next = another();
  next.process.begin();
  const other = await next.runs.start('tick', input);
  state.away = false;
  await until('both have started', async () => {
    const statuses = [await runs.get(id), await runs.get(other.id)].map(({ status }) => status);
    return !statuses.includes('pending');
  });
  t.deepEqual(
    state.starts.filter((started) => started === workflowId),
    [workflowId],
  );
});

test('delayed runs do not fill the backlog before they are due', async (t) => {
  const { runs, records, process, sequelize } = await own(t, { backlogLimit: 2 });
  for (let count = 0; count < 3; count += 1) await runs.start('tick', input, undefined, hour);
  t.is(await records.backlog.countPending(10), 0);
  process.begin();
  const { id } = await runs.start('tick', input);
  await until('another run has started', async () => (await runs.get(id)).status !== 'pending');
  await acceptRun(records, { workflow: 'unknown' });
  await sequelize.query("UPDATE runs SET starts_at = now(), workflow = 'unknown' WHERE starts_at IS NOT NULL");
  t.is(await records.backlog.countPending(10), 4);
  t.is(await records.backlog.countPending(3), 3);
});

test('a request with the same key and another start is another one', async (t) => {
  const { runs } = await own(t);
  const { id } = await runs.start('tick', input, 'one', hour);
  t.is((await runs.start('tick', input, 'one', hour)).id, id);
  await t.throwsAsync(runs.start('tick', input, 'one'), { code: 'idempotency-key-reused' });
  await t.throwsAsync(runs.start('tick', input, 'one', { afterMs: 1 }), { code: 'idempotency-key-reused' });
});
