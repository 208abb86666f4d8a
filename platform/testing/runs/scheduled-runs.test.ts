import test from 'ava';
import { createScheduledRunActivities } from '../../activities/scheduled-runs.js';
import { DatabaseUnavailable } from '../../errors/platform.js';
import type { RunParts } from '../../runs/durable-runs.js';
import type { Run } from '../../runs/run.js';
import { createCall } from '../../temporal/errors.js';
import { scheduleIdOf, workflowSchedule } from '../../temporal/planned-schedules.js';
import { applySchedules } from '../../temporal/schedules.js';
import type { Schedule } from '../../workflows/define.js';
import { scheduleSpec } from '../../workflows/schedule.js';
import { forward, type Line, openLine } from '../database/support/proxy.js';
import { tick } from '../fixtures/definitions.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import { callerOf, createTestRuns, recorderOf, scheduledRunsOf, type TestRuns, testRecords } from '../support/runs.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { testProduct } from '../test-product.js';

let temporal: TestTemporal;
let database: TestDatabase;
let parts: RunParts;
/** Runs of a process without background work: no API is there to start or reconcile runs. */
let idle: TestRuns;
/** The connection of the activities to PostgreSQL. */
let toPostgres: Line;
const ends: (() => unknown)[] = [];
/** What happens between the record of a run and its start. */
let afterAccept: (run: { readonly runId: string; readonly workflowId: string }) => Promise<unknown> = async () => {};

test.before(async () => {
  [temporal, database] = await Promise.all([createTestTemporal(), createTestDatabase()]);
  parts = { ...testRecords(database.sequelize), engine: temporal.engine };
  idle = createTestRuns(parts);
  toPostgres = await openLine({ teardown: (end) => ends.push(end) }, forward(database.settings));
  const away = database.connect({ POSTGRES_HOST: '127.0.0.1', POSTGRES_PORT: toPostgres.port });
  const records = { ...testRecords(away), engine: temporal.engine };
  const { accept, track } = scheduledRunsOf(records, away, 60_000);
  const activities = createScheduledRunActivities({
    accept: async (given) => {
      const run = await accept(given);
      await afterAccept(run);
      return run;
    },
    track,
  });
  await temporal.startWorkers(activities, {}, recorderOf(parts));
});
test.after.always(async () => {
  await temporal?.close();
  await database?.drop();
  for (const end of ends) await end();
});

const handle = () => temporal.client.schedule.getHandle(scheduleIdOf(testProduct, tick.name));

async function apply(...schedules: Schedule[]): Promise<void> {
  const call = createCall(temporal.client.connection, 30_000);
  const planned = schedules.map((one) => workflowSchedule(testProduct, { definition: tick, spec: scheduleSpec(one) }));
  await applySchedules({ client: temporal.client, call, product: testProduct, logger: { info: () => {} } }, planned);
}

/** Replaces the schedule by one that only acts when triggered. */
async function triggered(schedule: Partial<Schedule>): Promise<void> {
  await apply({ cron: '0 6 1 1 *', ...schedule } as Schedule);
}

/** Number of the newest actions of the schedule that have not ended. Temporal's own list lags behind for some policies. */
async function openActions(): Promise<number> {
  const { recentActions } = (await handle().describe()).info;
  const open = recentActions.map(async ({ action: { workflow } }) => {
    return (await temporal.engine.describe(workflow.workflowId))?.open === true;
  });
  return (await Promise.all(open)).filter(Boolean).length;
}

const admin = callerOf('operator', true);
const runsOf = async (filter = {}): Promise<Run[]> =>
  (await idle.runs.list(admin, { limit: 100, caller: 'schedule:tick', ...filter })).runs;

test.beforeEach(() => database.sequelize.query('DELETE FROM runs'));

test.serial('runs at its times, as runs like any other, without an API', async (t) => {
  await apply({ every: '1 second', input: { ms: 1 } });
  await until('three runs', async () => (await runsOf({ status: ['completed'] })).length >= 3);
  await handle().pause();
  const [run] = await runsOf({ status: ['completed'] });
  t.like(run, { workflow: 'tick', caller: 'schedule:tick', input: { ms: 1 }, failure: null });
  const { id, result, workflowId, startedAt, endedAt } = run as Run;
  t.deepEqual(result, { runId: id }, 'currentRunId() is the id of the run');
  t.is(workflowId, `tick-${id}`);
  t.true(startedAt instanceof Date && endedAt instanceof Date);
  const { steps } = await idle.runs.history(admin, id);
  t.deepEqual(
    steps.map(({ kind, status }) => `${kind} ${status}`),
    ['timer completed'],
  );
  const audited = await rowsOf(
    database.sequelize,
    `SELECT caller, action, workflow FROM audit_log WHERE run_id = '${id}'`,
  );
  t.deepEqual(audited, [{ caller: 'schedule:tick', action: 'run-started', workflow: 'tick' }]);
  await t.throwsAsync(idle.runs.get(callerOf('ada'), id), { code: 'run-not-found' });
});

test.serial('skips a time while a run is open, and ends its action with the run', async (t) => {
  await triggered({ input: { ms: 600_000 } });
  await handle().trigger('SKIP');
  await until('the run', async () => (await runsOf({ status: ['running'] })).length === 1);
  const skipped = (await handle().describe()).info.numActionsSkippedOverlap;
  await handle().trigger('SKIP');
  await until('the skip', async () => (await handle().describe()).info.numActionsSkippedOverlap > skipped);
  const [run] = await runsOf();
  await idle.runs.cancel(admin, (run as Run).id);
  await until('the end', async () => (await runsOf({ status: ['cancelled'] })).length === 1);
  await until('the end of the action', async () => (await openActions()) === 0);
  t.is((await runsOf()).length, 1);
});

test.serial('cancels the open run for the next one if the policy says so', async (t) => {
  await triggered({ input: { ms: 600_000 }, overlap: 'cancel-other' });
  await handle().trigger('CANCEL_OTHER');
  await until('the run', async () => (await runsOf({ status: ['running'] })).length === 1);
  await handle().trigger('CANCEL_OTHER');
  await until('the next run', async () => {
    const statuses = (await runsOf()).map(({ status }) => status);
    return statuses.join() === 'running,cancelled';
  });
  await handle().trigger('TERMINATE_OTHER');
  await until('the run after that', async () => {
    const [newest, before, first] = await runsOf();
    if (first === undefined || before === undefined || newest?.status !== 'running') return false;
    return (await temporal.engine.describe(before.workflowId))?.open === false;
  });
  await idle.runs.terminate(admin, (await runsOf())[0]?.id ?? '');
  await until('the end of the actions', async () => (await openActions()) === 0);
  t.pass();
});

/** The runs that the newest actions accepted, when all of these have ended. */
async function acceptedSince(begin: number): Promise<string[]> {
  const { recentActions } = (await handle().describe()).info;
  const newest = recentActions.filter(({ takenAt }) => takenAt.getTime() >= begin);
  const results = newest.map(({ action: { workflow } }) =>
    temporal.client.workflow.getHandle(workflow.workflowId, workflow.firstExecutionRunId).result(),
  );
  return (await Promise.all(results)).map(({ runId }: { runId: string }) => runId);
}

test.serial('accepts each run that came due while PostgreSQL was away once', async (t) => {
  const answered = new Set<string>();
  afterAccept = async ({ runId }) => {
    if (answered.has(runId)) return;
    answered.add(runId);
    throw new DatabaseUnavailable('the answer is lost');
  };
  t.teardown(() => {
    afterAccept = async () => {};
  });
  const begin = Date.now();
  toPostgres.cut();
  await apply({ every: '1 second', input: {}, overlap: 'allow-all' });
  await handle().unpause(); // a pause of the tests before
  await until('two actions', async () => (await openActions()) >= 2);
  await handle().pause();
  t.deepEqual(await runsOf(), []);
  toPostgres.mend();
  await until('a run of each action', async () => {
    if ((await openActions()) > 0) return false;
    const [accepted, runs] = await Promise.all([acceptedSince(begin), runsOf({ status: ['completed'] })]);
    return accepted.length >= 2 && accepted.sort().join() === ids(runs);
  });
  t.is(ids(await runsOf()), ids(await runsOf({ status: ['completed'] })));
});

const ids = (runs: readonly Run[]): string =>
  runs
    .map(({ id }) => id)
    .sort()
    .join();

test.serial('follows a run that another process started first', async (t) => {
  const input = { ms: 600_000 };
  await triggered({ input });
  afterAccept = ({ workflowId }) => temporal.engine.start(tick, { workflowId, input });
  t.teardown(() => {
    afterAccept = async () => {};
  });
  await handle().trigger('ALLOW_ALL');
  await until('the run', async () => (await runsOf({ status: ['running'] })).length === 1);
  const [run] = await runsOf();
  t.is(await openActions(), 1);
  await idle.runs.cancel(admin, (run as Run).id);
  await until('the end of the action', async () => (await openActions()) === 0);
  t.is((await runsOf({ status: ['cancelled'] })).length, 1);
});

test.serial('never starts a run that was cancelled before', async (t) => {
  await triggered({ input: { ms: 600_000 } });
  afterAccept = async ({ runId }) => {
    await database.sequelize.query("UPDATE runs SET due_at = now() - interval '1 second'");
    await idle.runs.cancel(admin, runId);
  };
  t.teardown(() => {
    afterAccept = async () => {};
  });
  await handle().trigger('ALLOW_ALL');
  await until('the run', async () => (await runsOf({ status: ['cancelled'] })).length === 1);
  const [run] = await runsOf();
  await until('the end of the workflow', async () => {
    return (await temporal.engine.describe((run as Run).workflowId))?.open === false;
  });
  t.like((await runsOf())[0], { status: 'cancelled', startedAt: null });
});
