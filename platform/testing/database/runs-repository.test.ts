import test from 'ava';
import {
  allowedBefore,
  isFinal,
  type Run,
  type RunStatus,
  type RunsRepository,
  runStatuses,
  type Transition,
} from '../../runs/run.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import { acceptRun, testRecords } from '../support/runs.js';

let database: TestDatabase;
let runs: RunsRepository;
/** The repository of another process. */
let others: RunsRepository;

test.before(async () => {
  database = await createTestDatabase();
  runs = testRecords(database.sequelize).repository;
  others = testRecords(database.connect()).repository;
});
test.after.always(() => database?.drop());

const noRun = '018f0000-0000-7000-8000-000000000000';
const create = () => acceptRun({ repository: runs });

function transitionTo(to: Exclude<RunStatus, 'pending'>): Transition {
  const at = new Date();
  if (to === 'running') return { to, temporalRunId: 'first-execution', startedAt: at };
  if (to === 'completed') return { to, result: { greeting: 'Hello' }, endedAt: at };
  return { to, failure: { code: 'run-failed', message: 'failed' }, endedAt: at };
}

/** Creates a run and moves it to `status` in the allowed order. */
async function createIn(status: RunStatus): Promise<Run> {
  const run = await create();
  if (status === 'pending') return run;
  const running = await runs.transition(run.id, transitionTo('running'));
  const reached = status === 'running' ? running : await runs.transition(run.id, transitionTo(status));
  if (!reached) throw new Error(`The run did not become ${status}`);
  return reached;
}

test('a new run is pending and is found as it was created', async (t) => {
  const run = await create();
  t.like(run, {
    workflow: 'greet',
    status: 'pending',
    input: { name: 'Ada' },
    result: null,
    failure: null,
    workflowId: `greet-${run.id}`,
    temporalRunId: null,
    startedAt: null,
    endedAt: null,
    version: 0,
  });
  t.is(Object.getPrototypeOf(run), Object.prototype);
  t.deepEqual(await runs.find(run.id), run);
});

for (const id of [noRun, 'no-uuid', '']) {
  test(`no run has the id "${id}"`, async (t) => {
    t.is(await runs.find(id), undefined);
    t.is(await runs.transition(id, transitionTo('running')), undefined);
  });
}

const values = [
  { a: [1, { b: null }] },
  [],
  'text',
  '',
  0,
  1.5,
  true,
  false,
  null,
  'a\0b',
  '\ud800',
  '"quoted" $1 :name',
];
for (const value of values) {
  test(`input and result keep ${JSON.stringify(value)}`, async (t) => {
    const { id } = await acceptRun({ repository: runs }, { input: value });
    await runs.transition(id, { to: 'completed', result: value, endedAt: new Date() });
    const run = await runs.find(id);
    t.deepEqual([run?.input, run?.result], [value, value]);
  });
}

for (const from of runStatuses) {
  for (const to of runStatuses) {
    if (to === 'pending') continue;
    const allowed = allowedBefore[to].includes(from);
    test(`${from} ${allowed ? 'becomes' : 'never becomes'} ${to}`, async (t) => {
      const before = await createIn(from);
      const transition = transitionTo(to);
      const after = await runs.transition(before.id, transition);
      if (!allowed) {
        t.is(after, undefined);
        t.deepEqual(await runs.find(before.id), before);
        return;
      }
      const { to: status, ...changes } = transition;
      t.deepEqual(after, {
        ...before,
        status,
        ...changes,
        version: before.version + 1,
        updatedAt: after?.updatedAt as Date,
      });
      t.true((after?.updatedAt ?? 0) >= before.updatedAt);
      t.is(after?.endedAt !== null, isFinal(to));
      t.deepEqual(await runs.find(before.id), after);
    });
  }
}

/** All pairs of transitions that two writers may attempt at the same time, from each status that allows any. */
const changes = runStatuses.filter((status) => status !== 'pending');
const races = (['pending', 'running'] as const).flatMap((from) =>
  changes.flatMap((one, index) => changes.slice(index).map((other) => ({ from, one, other }))),
);
for (const { from, one, other } of races) {
  test(`${from}: racing transitions to ${one} and ${other} have the result of a serial order`, async (t) => {
    for (let round = 0; round < 5; round += 1) {
      const { id, version } = await createIn(from);
      const [first, second] = await Promise.all([
        runs.transition(id, transitionTo(one)),
        others.transition(id, transitionTo(other)),
      ]);
      const run = await runs.find(id);
      const made = [first, second].filter((changed) => changed !== undefined);
      t.is(run?.version, version + made.length);
      const ends = made.filter(({ status }) => isFinal(status));
      t.true(ends.length <= 1, 'a run ends more than once');
      if (one !== other && isFinal(one) && isFinal(other)) t.is(ends.length, allowedEnds(from, one, other));
      t.deepEqual(run, ends[0] ?? made[0] ?? run, 'an end was overwritten');
    }
  });
}

/** How many of the transitions can succeed: one, unless none is allowed. */
const allowedEnds = (from: RunStatus, ...wanted: Exclude<RunStatus, 'pending'>[]): number =>
  wanted.some((to) => allowedBefore[to].includes(from)) ? 1 : 0;

test('a run whose cancellation races with its start is either cancelled or running', async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const { id } = await create();
    const failure = { code: 'run-cancelled', message: 'Cancelled before its start' };
    const [cancelled, running] = await Promise.all([
      others.cancelPending(id, failure),
      runs.transition(id, transitionTo('running')),
    ]);
    t.true((cancelled === undefined) !== (running === undefined));
    t.deepEqual(await runs.find(id), cancelled ?? running);
  }
});

test('pages list each run once, newest first', async (t) => {
  const own = await createTestDatabase(t);
  const { repository } = testRecords(own.sequelize);
  const created: string[] = [];
  for (let index = 0; index < 25; index += 1) created.push((await acceptRun({ repository }, { input: index })).id);
  const listed: string[] = [];
  for (;;) {
    const page = await repository.list({ limit: 10, ...(listed.length > 0 && { before: listed.at(-1) as string }) });
    listed.push(...page.map((run) => run.id));
    if (page.length < 10) break;
  }
  t.deepEqual(listed, created.toReversed());
});

const impossible = [
  { name: 'a pending run that has ended', set: 'ended_at = now()' },
  { name: 'a pending run that has started', set: "started_at = now(), temporal_run_id = 'x'" },
  { name: 'a running run that has not started', set: "status = 'running'" },
  { name: 'a start without an execution', set: "status = 'running', started_at = now()" },
  { name: 'a final run that has not ended', set: "status = 'completed'" },
  { name: 'a result of a run that failed', set: `status = 'failed', ended_at = now(), failure = '{}', result = '1'` },
  { name: 'a failed run without its failure', set: "status = 'failed', ended_at = now()" },
  { name: 'a completed run with a failure', set: `status = 'completed', ended_at = now(), failure = '{}'` },
  { name: 'an unknown status', set: "status = 'lost-in-space'" },
];
for (const { name, set } of impossible) {
  test(`the table rejects ${name}`, async (t) => {
    const { id } = await create();
    await t.throwsAsync(database.sequelize.query(`UPDATE runs SET ${set} WHERE id = '${id}'`), {
      message: /violates check constraint "runs_/,
    });
  });
}

test('a statement that exceeds its timeout fails with DatabaseUnavailable', async (t) => {
  const impatient = testRecords(database.connect({ POSTGRES_STATEMENT_TIMEOUT_MS: 200 })).repository;
  const { id } = await create();
  await database.sequelize.transaction(async (transaction) => {
    await database.sequelize.query(`SELECT 1 FROM runs WHERE id = '${id}' FOR UPDATE`, { transaction });
    await t.throwsAsync(impatient.transition(id, transitionTo('running')), {
      code: 'database-unavailable',
      message: 'PostgreSQL did not answer in time',
    });
  });
  t.like(await impatient.transition(id, transitionTo('running')), { status: 'running' });
});

test('the error of a failed write does not contain the values', async (t) => {
  const own = await createTestDatabase(t);
  await own.sequelize.query('ALTER TABLE runs ADD CHECK (workflow <> $$greet$$)');
  const error = await t.throwsAsync(acceptRun(testRecords(own.sequelize), { input: 'hunter2' }));
  t.false(JSON.stringify([error, error.cause, (error as { parent?: unknown }).parent]).includes('"parameters"'));
});

test('a database without the tables is schema-outdated', async (t) => {
  const own = await createTestDatabase(t, { migrated: false });
  await t.throwsAsync(testRecords(own.sequelize).repository.find(noRun), { code: 'schema-outdated' });
  t.deepEqual(await rowsOf(own.sequelize, 'SELECT 1 AS one'), [{ one: 1 }]);
});
