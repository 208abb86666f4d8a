import test from 'ava';
import type { RunsRepository } from '../../runs/run.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import { acceptRun, testRecords } from '../support/runs.js';

let database: TestDatabase;
let runs: RunsRepository;

test.before(async () => {
  database = await createTestDatabase();
  runs = testRecords(database.sequelize).repository;
});
test.after.always(() => database?.drop());

const noRun = '018f0000-0000-7000-8000-000000000000';
const create = () => acceptRun({ repository: runs });
const running = { to: 'running', temporalRunId: 'first-execution', startedAt: new Date() } as const;

test('a new run is pending and is found as it was created', async (t) => {
  const run = await create();
  t.like(run, {
    workflow: 'hello',
    status: 'pending',
    input: { name: 'Ada' },
    result: null,
    failure: null,
    problems: null,
    workflowId: `hello-${run.id}`,
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
    t.is(await runs.transition(id, running), undefined);
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
    await t.throwsAsync(impatient.transition(id, running), {
      code: 'database-unavailable',
      message: 'PostgreSQL did not answer in time',
    });
  });
  t.like(await impatient.transition(id, running), { status: 'running' });
});

test('the error of a failed write does not contain the values', async (t) => {
  const own = await createTestDatabase(t);
  await own.sequelize.query('ALTER TABLE runs ADD CHECK (workflow <> $$hello$$)');
  const error = await t.throwsAsync(acceptRun(testRecords(own.sequelize), { input: 'hunter2' }));
  t.false(JSON.stringify([error, error.cause, (error as { parent?: unknown }).parent]).includes('"parameters"'));
});

test('a database without the tables is schema-outdated', async (t) => {
  const own = await createTestDatabase(t, { migrated: false });
  await t.throwsAsync(testRecords(own.sequelize).repository.find(noRun), { code: 'schema-outdated' });
  t.deepEqual(await rowsOf(own.sequelize, 'SELECT 1 AS one'), [{ one: 1 }]);
});
