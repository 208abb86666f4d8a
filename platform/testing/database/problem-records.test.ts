import test from 'ava';
import { QueryTypes } from 'sequelize';
import { createProblemRecords } from '../../database/problem-records.js';
import type { RunProblem } from '../../runs/run-problem.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { acceptRun, testRecords } from '../support/runs.js';

let database: TestDatabase;
test.beforeEach(async () => {
  database = await createTestDatabase();
});
test.afterEach.always(() => database?.drop());

const failing: RunProblem = {
  kind: 'workflow-task-failing',
  activity: null,
  attempts: 1,
  failure: { code: 'TypeError', message: 'a quote: "', stack: 'at a (b:1)' },
  nextAttemptAt: null,
};
const retrying: RunProblem = { ...failing, kind: 'activity-retrying', activity: 'charge' };

test.serial('records the problems of an open run, and removes them', async (t) => {
  const { repository } = testRecords(database.sequelize);
  const records = createProblemRecords(database.sequelize);
  const { id, workflowId, version } = await acceptRun({ repository });
  t.like(await records.record(workflowId, [failing]), { problems: [failing], version: version + 1 });
  t.deepEqual((await repository.find(id))?.problems, [failing]);
  t.deepEqual((await repository.list({ limit: 1 }))[0]?.problems, [failing]);
  t.is(await records.record(workflowId, [failing]), undefined, 'nothing has changed');
  t.like(await records.record(workflowId, []), { problems: null, version: version + 2 });
  t.is(await records.record(workflowId, []), undefined);
});

test.serial('records no problem of a child, whose id ends with the id of its run', async (t) => {
  const { repository } = testRecords(database.sequelize);
  const { id } = await acceptRun({ repository });
  t.is(await createProblemRecords(database.sequelize).record(`count-down-${id}`, [failing]), undefined);
  t.is((await repository.find(id))?.problems, null);
});

test.serial('an ended run has no problems and gets none', async (t) => {
  const { repository } = testRecords(database.sequelize);
  const records = createProblemRecords(database.sequelize);
  const { id, workflowId } = await acceptRun({ repository });
  await records.record(workflowId, [failing]);
  const failure = { code: 'run-cancelled', message: 'x' };
  t.like(await repository.transition(id, { to: 'cancelled', failure, endedAt: new Date() }), { problems: null });
  t.is(await records.record(workflowId, [failing]), undefined);
  t.deepEqual(await records.claim(10, -1_000), []);
});

test.serial('takes runs whose check is due; the index has only runs with problems', async (t) => {
  const { repository } = testRecords(database.sequelize);
  const records = createProblemRecords(database.sequelize);
  const sound = await acceptRun({ repository });
  const { id, workflowId } = await acceptRun({ repository });
  await records.record(workflowId, [failing]);
  t.deepEqual(await records.claim(10, 60_000), []);
  // Due at once.
  const claims = await Promise.all([records.claim(10, -1_000), records.claim(10, 0)]);
  t.deepEqual([...new Set(claims.flat().map((run) => run.id))], [id]);
  t.not(id, sound.id);
  const [index] = await database.sequelize.query<{ predicate: string }>(
    `SELECT pg_get_expr(indpred, indrelid) AS predicate FROM pg_index WHERE indexrelid = 'runs_with_problems'::regclass`,
    { type: QueryTypes.SELECT },
  );
  t.regex(index?.predicate ?? '', /problems_checked_at IS NOT NULL/);
});

test.serial('counts runs by workflow and kind of their first problem, up to a limit', async (t) => {
  const { repository } = testRecords(database.sequelize);
  const records = createProblemRecords(database.sequelize);
  for (const problems of [[failing, retrying], [failing], [retrying], []]) {
    const { workflowId } = await acceptRun({ repository });
    await records.record(workflowId, problems);
  }
  t.deepEqual(await records.count(10), [
    { workflow: 'hello', kind: 'workflow-task-failing', runs: 2 },
    { workflow: 'hello', kind: 'activity-retrying', runs: 1 },
  ]);
  t.is(
    (await records.count(2)).reduce((sum, { runs }) => sum + runs, 0),
    2,
  );
});
