import test from 'ava';
import { QueryTypes } from 'sequelize';
import {
  allowedBefore,
  type Ending,
  isFinal,
  type Run,
  type RunStatus,
  type RunsRepository,
  runStatuses,
  type Transition,
} from '../../runs/run.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import { acceptRun, testRecords } from '../support/runs.js';
import { until } from '../support/until.js';

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

test('waits until an end is on disk, unless Temporal has it too', async (t) => {
  const { POSTGRES_DB } = database.settings;
  for (const statement of [
    // The test server's default is off.
    `ALTER DATABASE "${POSTGRES_DB}" SET synchronous_commit = on`,
    'CREATE TABLE commits (status text, synchronous_commit text)',
    `CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN INSERT INTO commits VALUES (NEW.status, current_setting('synchronous_commit')); RETURN NEW; END $$`,
    `CREATE TRIGGER note_commit AFTER UPDATE OF status ON runs FOR EACH ROW WHEN (NEW.workflow = 'noted')
     EXECUTE FUNCTION note_commit()`,
  ])
    await database.sequelize.query(statement);
  const { repository } = testRecords(database.connect());
  const noted = async (...transitions: Transition[]) => {
    const { id } = await acceptRun({ repository }, { workflow: 'noted' });
    for (const transition of transitions) await repository.transition(id, transition);
  };
  await noted(transitionTo('running'), { ...transitionTo('completed'), inTemporal: true } as Transition);
  await noted(transitionTo('failed'));
  t.deepEqual(await rowsOf(database.sequelize, 'SELECT status, synchronous_commit FROM commits'), [
    { status: 'running', synchronous_commit: 'off' },
    { status: 'completed', synchronous_commit: 'off' },
    { status: 'failed', synchronous_commit: 'on' },
  ]);
});

test('an execution that starts late replaces the outcome of a run, but not a cancellation before any start', async (t) => {
  const { openRuns } = testRecords(database.sequelize);
  const startedAt = new Date(Date.now() + 60_000);
  const ending = { ...transitionTo('terminated'), endedAt: startedAt } as Ending;
  const ended = await createIn('cancelled');
  const { id } = await create();
  t.is((await runs.cancelPending(id, { code: 'run-cancelled', message: 'no' }))?.status, 'cancelled');
  const unrecorded = await openRuns.unrecorded([ended.id, id].map((runId) => ({ runId, startedAt })));
  t.deepEqual(
    unrecorded.map((run) => run.id),
    [ended.id],
  );
  t.is(await runs.supersede(id, startedAt, ending), undefined);
  t.is((await runs.supersede(ended.id, startedAt, ending))?.status, 'terminated');
});

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

test('changes of many runs at once each have their own effect, and those that are not allowed have none', async (t) => {
  const created = await Promise.all(Array.from({ length: 20 }, () => create()));
  const toOf = (index: number) => (['running', 'completed', 'failed', 'lost'] as const)[index % 4] ?? 'lost';
  const changed = await Promise.all(created.map(({ id }, index) => runs.transition(id, transitionTo(toOf(index)))));
  for (const [index, run] of created.entries()) {
    const isAllowed = toOf(index) !== 'lost';
    t.is(changed[index]?.id, isAllowed ? run.id : undefined);
    t.is((await runs.find(run.id))?.status, isAllowed ? toOf(index) : 'pending');
  }
});

test('processes that change the same runs in opposite orders do not fail', async (t) => {
  const own = await createTestDatabase();
  t.teardown(() => own.drop());
  const { sequelize } = own;
  // The plan for many runs: it locks them in the order of the change.
  for (const plan of ['hashjoin', 'mergejoin', 'seqscan'])
    await sequelize.query(`ALTER DATABASE "${sequelize.getDatabaseName()}" SET enable_${plan} = off`);
  const [one, other] = [own.connect(), own.connect()].map((it) => testRecords(it).repository) as [
    RunsRepository,
    RunsRepository,
  ];
  const created = await Promise.all(Array.from({ length: 40 }, () => acceptRun({ repository: one })));
  const waiting = `SELECT count(*)::integer AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%unnest%'`;
  // While this transaction holds the run in the middle, each process locks the runs on its side of it.
  const ends = await sequelize.transaction(async (transaction) => {
    await sequelize.query(`SELECT FROM runs WHERE id = '${created[20]?.id}' FOR UPDATE`, { transaction });
    const end = (repository: RunsRepository) => (run: Run) => repository.transition(run.id, transitionTo('completed'));
    const both = [...created.map(end(one)), ...created.toReversed().map(end(other))];
    await until('both processes wait', async () => {
      const [row] = await sequelize.query<{ count: number }>(waiting, { type: QueryTypes.SELECT });
      return row?.count === 2;
    });
    return { all: Promise.all(both) };
  });
  t.is((await ends.all).filter(Boolean).length, created.length);
});
