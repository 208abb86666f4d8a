import test from 'ava';
import { pino } from 'pino';
import type { Sequelize } from 'sequelize';
import { createDatabase } from '../../database/connection.js';
import { createRetentionRepository } from '../../database/retention-repository.js';
import { explain } from '../support/explain.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { acceptRun, callerOf, testRecords } from '../support/runs.js';

/**
 * The pages that the platform's statements read among 100 000 runs, as EXPLAIN counts them: 500 runs are pending, 1 000 are running, the others
 * have ended. A missing or unusable index shows as hundreds of pages.
 */
const runCount = 100_000;
/** One run per minute until now; the ids begin with the time, as UUIDs v7 do. */
const everyMs = 60_000;
const startedAt = Date.now() - (runCount + 1) * everyMs;
const timeOf = (n: number) => new Date(startedAt + n * everyMs);
const runId = (n: number) => {
  const time = timeOf(n).getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
};
const dayMs = 86_400_000;

let database: TestDatabase;
/** A pool with one connection, on which the statements are prepared and then explained. */
let connection: Sequelize;
/** The statements that Sequelize has built and sent. */
const sent: string[] = [];
/** The statements of the lists, in the order of the calls in `prepareAll`. */
let lists: string[] = [];
const logger = pino({ level: 'trace' }, { write: (line) => void sent.push(JSON.parse(line).sql) });

test.before(async () => {
  database = await createTestDatabase();
  const settings = { ...database.settings, POSTGRES_POOL_MAX: 1, POSTGRES_STATEMENT_TIMEOUT_MS: 60_000 };
  connection = createDatabase(settings, { logger });
  await connection.query(`
    INSERT INTO runs (id, workflow, status, caller, input, workflow_id, created_at, updated_at, started_at, temporal_run_id, ended_at, result, failure, due_at)
    SELECT id, CASE WHEN n % 2000 = 7 THEN 'vote' ELSE 'hello' END, status, 'caller-' || n % 500, '{"name":"Ada"}', 'hello-' || id, at, at,
      CASE WHEN status <> 'pending' THEN at END, CASE WHEN status <> 'pending' THEN 'x' END,
      CASE WHEN status IN ('completed', 'failed') THEN at END, CASE WHEN status = 'completed' THEN '{}'::json END,
      CASE WHEN status = 'failed' THEN '{"code":"x","message":"x"}'::json END, at
    FROM (
      SELECT n, (lpad(to_hex(${startedAt} + n * ${everyMs}), 12, '0') || '70008000000000000000')::uuid AS id,
        to_timestamp((${startedAt} + n * ${everyMs}) / 1000.0) AS at,
        CASE WHEN n % 200 = 0 THEN 'pending' WHEN n % 100 = 1 THEN 'running' WHEN n % 1000 = 3 THEN 'failed' ELSE 'completed' END AS status
      FROM generate_series(1, ${runCount}::bigint) AS n
    ) AS made`);
  await connection.query(`
    INSERT INTO idempotency_keys (caller, key, request_hash, run_id, created_at)
    SELECT 'ada', id::text, 'x', id, created_at FROM runs`);
  await connection.query('VACUUM ANALYZE runs, idempotency_keys');
  await prepareAll();
});
test.after.always(async () => {
  await connection?.close();
  await database?.drop();
});

/** Calls all methods once, so that their statements are prepared, with arguments that match almost no rows. */
async function prepareAll(): Promise<void> {
  const { repository, backlog, openRuns } = testRecords(connection);
  const request = { caller: callerOf('grace'), idempotencyKey: 'first' };
  const run = await acceptRun({ repository }, request);
  await repository.findAccepted({ ...request, workflow: run.workflow, input: run.input });
  await repository.find(run.id);
  await repository.transition(run.id, { to: 'completed', result: {}, endedAt: new Date() });
  await repository.cancelPending(run.id, { code: 'x', message: 'x' });
  await backlog.claimPending(0);
  await backlog.release(run.id, 0);
  await backlog.countPending(1);
  await openRuns.claimToCheck(0);
  await openRuns.unrecorded([{ runId: run.id, startedAt: new Date() }]);
  await testRecords(connection).changedRuns([{ id: run.id, version: 99 }]);
  await createRetentionRepository(connection).purge({ runsMs: 1e12, keysMs: 1e12, limit: 1 });
  sent.length = 0;
  await repository.list({ limit: 21 });
  await repository.list({ limit: 21, before: runId(runCount / 2) });
  await repository.list({ limit: 21 }, { caller: 'caller-7' });
  await repository.list({ limit: 21 }, { workflow: 'vote' });
  await repository.list({ limit: 21 }, { status: ['failed', 'lost'] });
  const [createdFrom, createdBefore] = [timeOf(40_000), timeOf(40_020)];
  await repository.list({ limit: 21 }, { createdFrom, createdBefore });
  lists = sent.map((sql) => sql.replace(/^.*?: /, ''));
}

/** Followed runs, spread over the whole table. */
const thousand = Array.from({ length: 1_000 }, (_, index) => 100 * index + 50);
const owner = "'018f0000-0000-7000-8000-000000000000'::uuid";
const run = `'${runId(5_003)}'`;
const pending = `'${runId(5_000)}'`;
const key = `'${runId(5_003)}'`;

/** The limit of pages is about twice what the statement reads with all indexes, and far below what it reads without. */
const statements: readonly { what: string; sql: () => string; pages: number }[] = [
  { what: 'finding a run by its id', sql: () => `EXECUTE "find-runs"(ARRAY[${run}::uuid])`, pages: 8 },
  { what: 'finding a run by its key', sql: () => `EXECUTE "find-run-by-key"('ada', ${key}, 1e12)`, pages: 16 },
  { what: 'listing the first page', sql: () => lists[0] ?? '', pages: 10 },
  { what: 'listing a page in the middle', sql: () => lists[1] ?? '', pages: 10 },
  { what: "listing a caller's runs", sql: () => lists[2] ?? '', pages: 60 },
  { what: 'listing the runs of a workflow', sql: () => lists[3] ?? '', pages: 60 },
  { what: 'listing failed runs', sql: () => lists[4] ?? '', pages: 60 },
  { what: 'listing the runs of twenty minutes, months ago', sql: () => lists[5] ?? '', pages: 20 },
  {
    what: 'finding which of a thousand followed runs have changed',
    sql: () =>
      `EXECUTE "changed-runs"(ARRAY[${thousand.map((n) => `'${runId(n)}'`)}]::uuid[], ARRAY[${thousand.map(() => 0)}])`,
    pages: 4_500,
  },
  {
    what: 'accepting a run with a key',
    sql: () =>
      `EXECUTE "accept-runs"(ARRAY[${owner}], '{hello}', '{"1"}', '{hello-1}', '{true}', '{ada}', '{new}', '{x}', ${owner}, 1000, 1e12,
        '{key}', '{127.0.0.1}', '{request}', '{NULL}')`,
    pages: 60,
  },
  {
    what: 'completing a run',
    sql: () =>
      `EXECUTE "change-runs"('{${runId(5_001)}}', '{completed}', '{"{}"}', '{NULL}', '{now}', '{NULL}', '{NULL}', '{"pending,running"}', true, 1000)`,
    pages: 40,
  },
  {
    what: 'cancelling a pending run',
    sql: () => `EXECUTE "cancel-pending-run"(${pending}, 'cancelled', NULL, '{}', now(), NULL, NULL)`,
    pages: 40,
  },
  {
    what: 'claiming sixteen pending runs',
    sql: () => `EXECUTE "claim-pending"(16, ${owner}, 1000, '{hello}')`,
    pages: 600,
  },
  { what: 'releasing a run', sql: () => `EXECUTE "release-run"(${pending}, ${owner}, 1000)`, pages: 20 },
  { what: 'counting a backlog of 500', sql: () => 'EXECUTE "count-pending"(10000)', pages: 80 },
  { what: 'claiming sixteen running runs to check', sql: () => `EXECUTE "claim-to-check"(16, 1000)`, pages: 600 },
  {
    what: 'finding which of two executions are not recorded',
    sql: () => `EXECUTE "unrecorded-runs"(ARRAY[${run}, ${pending}]::uuid[], ARRAY[now(), now()])`,
    pages: 16,
  },
  { what: 'purging a hundred runs', sql: () => `EXECUTE "purge-runs"(${dayMs}, 100)`, pages: 700 },
  { what: 'purging a hundred keys', sql: () => `EXECUTE "purge-keys"(${dayMs}, 100)`, pages: 800 },
];

for (const { what, sql, pages } of statements) {
  test.serial(`among 100 000 runs, ${what} reads at most ${pages} pages`, async (t) => {
    const read = await explain(connection, sql());
    t.deepEqual(read.sequential, []);
    t.true(read.pages <= pages, `${read.pages} pages`);
    t.log(`${read.pages} pages`);
  });
}
