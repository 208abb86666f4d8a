import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { DatabaseUnavailable, TemporalRefused, TemporalUnavailable } from '../../errors/platform.js';
import type { RunParts } from '../../runs/durable-runs.js';
import type { Run } from '../../runs/run.js';
import { fixtureCatalogue as catalogue } from '../fixtures/catalogue.js';
import { createOwnRuns } from '../support/own-runs.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import {
  acceptRun,
  createTestRuns,
  recorderOf,
  type TestRuns,
  type TestRunsOptions,
  testRecords,
} from '../support/runs.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

const wait = { ms: 60_000 };
const voteInput = { subject: 'a holiday', deadline: '1 hour' };

let temporal: TestTemporal;
let database: TestDatabase;
let parts: RunParts;
let runs: TestRuns;
/** The same runs in a process without background work: it starts and reconciles nothing. */
let idle: TestRuns;

test.before(async () => {
  [temporal, database] = await Promise.all([createTestTemporal(), createTestDatabase()]);
  // The reconciler checks no run for minutes: ends are recorded because the worker reports them.
  parts = { ...testRecords(database.sequelize, { checkIntervalMs: 300_000 }), engine: temporal.engine };
  runs = createTestRuns(parts);
  idle = createTestRuns(parts);
  runs.begin();
  const activities = {
    composeGreeting: async ({ name }: { name: string }) => helloUnlessBroken(name),
    recordDecision: async () => {},
  };
  await temporal.startWorkers(activities, {}, recorderOf(parts));
});
test.after.always(async () => {
  await runs?.stop();
  await temporal?.close();
  await database?.drop();
});

async function helloUnlessBroken(name: string): Promise<string> {
  if (name === 'broken') throw new TemporalRefused('composing is broken');
  return `Hello, ${name}!`;
}

/** Waits until the run meets the condition. */
async function once(id: string, isSo: (run: Run) => boolean, boundMs?: number): Promise<Run> {
  await until(`the expected state of run ${id}`, async () => isSo(await runs.ada.get(id)), boundMs);
  return runs.ada.get(id);
}
const running = ({ status }: Run) => status === 'running';
const startVote = async () => once((await runs.ada.start('vote', voteInput)).id, running);

const own = (t: ExecutionContext, options?: TestRunsOptions) => createOwnRuns(t, temporal.engine, options);

test('start answers without Temporal, and the workflow starts right after', async (t) => {
  const run = await runs.ada.start('hello', { name: 'Ada' });
  t.like(run, { status: 'pending', workflow: 'hello', temporalRunId: null, startedAt: null });
  t.like(await once(run.id, ({ status }) => status === 'completed'), { result: { greeting: 'Hello, Ada!' } });
});

test('records an outcome when the worker has closed the workflow', async (t) => {
  const { id } = await runs.ada.start('hello', { name: 'Ada' });
  const { workflowId } = await once(id, ({ status }) => status !== 'pending');
  await temporal.engine.result(workflowId, wait.ms);
  t.like(await once(id, ({ status }) => status === 'completed'), { result: { greeting: 'Hello, Ada!' } });
});

test('records a failure with its code, message, activity and attempt', async (t) => {
  const { id } = await runs.ada.start('hello', { name: 'broken' });
  const run = await once(id, ({ status }) => status === 'failed');
  t.deepEqual(run.failure, {
    code: 'temporal-refused',
    message: 'composing is broken',
    activity: 'composeGreeting',
    attempt: 1,
  });
});

test('records nothing for an invalid input', async (t) => {
  const { runs, sequelize } = await own(t);
  await t.throwsAsync(runs.start('hello', { name: '' }), { code: 'input-invalid' });
  await t.throwsAsync(runs.start('unknown', {}), { code: 'workflow-not-found' });
  t.deepEqual(await rowsOf(sequelize, 'SELECT 1 FROM runs'), []);
});

test('starts a run of a dead process once, when its lease ends', async (t) => {
  const { process, records, state } = await own(t);
  const run = await acceptRun(records, { leased: true });
  process.begin();
  await until('the run is taken over', async () => (await process.ada.get(run.id)).status !== 'pending');
  t.deepEqual(state.starts, [run.workflowId]);
  t.true(Date.now() - run.createdAt.getTime() >= 2_000, 'the lease is respected');
});

test('leaves runs of unknown workflows to newer versions', async (t) => {
  const { process, records, state } = await own(t);
  const newer = await acceptRun(records, { workflow: 'known-to-the-next-version' });
  const known = await acceptRun(records);
  process.begin();
  await until('the other run is started', async () => (await process.ada.get(known.id)).status !== 'pending');
  t.is((await process.ada.get(newer.id)).status, 'pending');
  t.deepEqual(state.starts, [known.workflowId]);
});

test('starts each run once when two processes share a backlog', async (t) => {
  // A lease that ends on a busy machine would be taken over, which is another attempt.
  const longLease = { leaseMs: 60_000 };
  const one = await own(t, longLease);
  const accepted = await Promise.all(Array.from({ length: 60 }, () => acceptRun(one.records)));
  const other = createTestRuns({ ...testRecords(one.sequelize, longLease), engine: one.records.engine }, longLease);
  t.teardown(() => other.stop());
  one.process.begin();
  other.begin();
  await until('no run is pending', async () => (await one.records.backlog.countPending(1)) === 0);
  t.deepEqual(one.state.starts.toSorted(), accepted.map(({ workflowId }) => workflowId).toSorted());
});

test('takes the oldest runs of the backlog first, at the configured rate', async (t) => {
  const { process, records, state } = await own(t, { takeoverPerSecond: 20, concurrency: 1 });
  const accepted: Run[] = [];
  for (let index = 0; index < 20; index += 1) accepted.push(await acceptRun(records));
  const began = performance.now();
  process.begin();
  await until('all are started', async () => state.starts.length === 20);
  t.deepEqual(
    state.starts,
    accepted.map(({ workflowId }) => workflowId),
  );
  t.true(performance.now() - began > 800, 'two at once, then one each 50 ms');
});

test('accepts runs while Temporal is away, until the backlog is full, and starts them when it is back', async (t) => {
  const { process, runs, state } = await own(t, { backlogLimit: 5 });
  state.away = true;
  process.begin();
  const accepted: Run[] = [];
  const start = (key: string) => runs.start('hello', { name: 'Ada' }, key);
  const fill = async () => {
    for (;;) accepted.push(await start(`fill-${accepted.length}`));
  };
  const error = await t.throwsAsync(fill(), { code: 'backlog-full' });
  t.is((error as { retryAfterSeconds?: number }).retryAfterSeconds, 5);
  t.true(accepted.length === 5 || accepted.length === 4, 'a run that is added during a count counts twice');
  t.is((await start('fill-0')).id, accepted[0]?.id ?? '', 'a known key is answered');
  state.away = false;
  const statuses = async () => Promise.all(accepted.map(async ({ id }) => (await runs.get(id)).status));
  await until('all are started', async () => !(await statuses()).includes('pending'));
});

test('execute returns the pending run at the end of its wait while Temporal is away', async (t) => {
  const { process, runs, state } = await own(t);
  state.away = true;
  process.begin();
  t.like(await runs.execute('hello', { name: 'Ada' }, { ms: 300 }), { status: 'pending' });
});

test('execute waits for a run that another process starts', async (t) => {
  const one = await own(t);
  // This process has no background work, so the other one starts the run.
  const other = createTestRuns({ ...testRecords(one.sequelize), engine: one.records.engine });
  t.teardown(() => other.stop());
  other.begin();
  t.like(await one.runs.execute('hello', { name: 'Ada' }, wait), { status: 'completed' });
});

test('fails a run with the reason if Temporal rejects its start for good', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const open = new Map(
    [...catalogue].map(([name, definition]) => [name, { ...definition, input: { type: 'object' } as const }]),
  );
  const lenient = createTestRuns(
    { ...testRecords(sequelize), engine: temporal.engine },
    { callTimeoutMs: 5_000, leaseMs: 15_000 },
    { catalogue: open },
  );
  t.teardown(() => lenient.stop());
  lenient.begin();
  const run = await lenient.ada.execute('hello', { name: 'x'.repeat(3_000_000) }, wait);
  t.like(run, { status: 'failed', failure: { code: 'temporal-refused' } });
});

test('cancels a pending run at once, which then never starts', async (t) => {
  const { process, records, runs, state } = await own(t);
  const { id } = await acceptRun(records);
  t.like(await runs.cancel(id), { status: 'cancelled', failure: { code: 'run-cancelled' }, startedAt: null });
  t.like(await runs.cancel(id), { status: 'cancelled' });
  const later = await acceptRun(records);
  process.begin();
  await until('a later run is started', async () => (await runs.get(later.id)).status !== 'pending');
  t.deepEqual(state.starts, [later.workflowId]);
});

test('does not cancel a run whose start is in flight as a pending one', async (t) => {
  const { records, runs } = await own(t, { leaseMs: 60_000 });
  const { id } = await acceptRun(records, { leased: true });
  await t.throwsAsync(runs.cancel(id), { code: 'run-pending' });
  t.is((await runs.get(id)).status, 'pending');
});

test('terminates a workflow whose run was cancelled in spite of its lease', async (t) => {
  const { process, records, runs, sequelize } = await own(t);
  const start = records.engine.start;
  records.engine.start = async (definition, run) => {
    await sequelize.query("UPDATE runs SET due_at = now() - interval '1 second'");
    await runs.cancel(run.workflowId.slice('vote-'.length));
    return start(definition, run);
  };
  process.begin();
  const { id, workflowId } = await runs.start('vote', voteInput);
  await until('the workflow is ended', async () => (await temporal.engine.describe(workflowId))?.open === false);
  t.like(await runs.get(id), { status: 'cancelled' });
});

test('rejects messages to a pending run', async (t) => {
  const { records, runs } = await own(t);
  const { id } = await acceptRun(records, { workflow: 'vote', input: voteInput });
  await t.throwsAsync(runs.update(id, 'decide', { decision: 'approved', decidedBy: 'ada' }), { code: 'run-pending' });
  await t.throwsAsync(runs.query(id, 'state'), { code: 'run-pending' });
  await t.throwsAsync(runs.terminate(id), { code: 'run-pending' });
});

test('adopts a workflow that had been started before', async (t) => {
  const run = await acceptRun(parts, { leased: true });
  const definition = catalogue.get('hello');
  if (!definition) throw new Error('hello is not in the catalogue');
  await temporal.execute(definition, { workflowId: run.workflowId, input: run.input, waitMs: wait.ms });
  t.like(await once(run.id, ({ status }) => status === 'completed'), {
    result: { greeting: 'Hello, Ada!' },
  });
});

test('execute returns the run as PostgreSQL has recorded it', async (t) => {
  const run = await runs.ada.execute('hello', { name: 'Ada' }, wait);
  t.is(run.status, 'completed');
  t.deepEqual(await idle.ada.get(run.id), run);
});

test('returns an outcome that it cannot record, and records it later', async (t) => {
  let away = true;
  const { process, records, runs } = await own(t);
  const { transition } = records.repository;
  records.repository.transition = async (id, change) => {
    if (away && change.to === 'completed') throw new DatabaseUnavailable('away');
    return transition(id, change);
  };
  process.begin();
  const run = await runs.execute('hello', { name: 'Ada' }, wait);
  t.like(run, { status: 'completed', result: { greeting: 'Hello, Ada!' } });
  t.is((await runs.get(run.id)).status, 'running');
  away = false;
  await until('the end is recorded', async () => (await runs.get(run.id)).status === 'completed', 60_000);
});

test('ends the wait without an error when Temporal becomes unavailable', async (t) => {
  const { process, records, runs } = await own(t);
  records.engine.result = () => Promise.reject(new TemporalUnavailable('away'));
  process.begin();
  t.is((await runs.execute('vote', voteInput, wait)).status, 'running');
});

test('cancels a run once when asked twice', async (t) => {
  const run = await startVote();
  await temporal.engine.query(run.workflowId, 'state');
  await runs.ada.cancel(run.id);
  await temporal.engine.result(run.workflowId, wait.ms);
  t.is((await runs.ada.cancel(run.id)).status, 'cancelled');
});

test('reports run-ended for a run that was terminated in Temporal', async (t) => {
  const run = await startVote();
  await temporal.engine.terminate(run.workflowId, 'by hand');
  const decision = { decision: 'approved', decidedBy: 'ada' };
  await t.throwsAsync(idle.ada.update(run.id, 'decide', decision), { code: 'run-ended' });
  t.like(await idle.ada.get(run.id), { status: 'terminated', failure: { code: 'run-terminated' } });
  await t.throwsAsync(idle.ada.cancel(run.id), { code: 'run-ended' });
  t.like(await idle.ada.terminate(run.id), { status: 'terminated' });
});

test('answers run-not-found for unknown ids in every operation', async (t) => {
  const id = randomUUID();
  const { get, cancel, terminate, signal, query, update } = runs.ada;
  const calls = [get(id), cancel(id), terminate(id), signal(id, 'x', {}), query(id, 'x'), update(id, 'x', {})];
  for (const call of calls) await t.throwsAsync(call, { code: 'run-not-found' });
});
