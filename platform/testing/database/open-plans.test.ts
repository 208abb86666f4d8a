import test from 'ava';
import { pino } from 'pino';
import type { Sequelize } from 'sequelize';
import { createDatabase } from '../../database/connection.js';
import { explain } from '../support/explain.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { acceptRun, testRecords } from '../support/runs.js';

/** Open runs, all of them due for a check. */
const openRuns = 100_000;

let database: TestDatabase;
let connection: Sequelize;
const sent: string[] = [];
const logger = pino({ level: 'trace' }, { write: (line) => void sent.push(JSON.parse(line).sql) });
/** The statements of the lists. */
let lists: string[] = [];

test.before(async () => {
  database = await createTestDatabase();
  const settings = { ...database.settings, POSTGRES_POOL_MAX: 1, POSTGRES_STATEMENT_TIMEOUT_MS: 60_000 };
  connection = createDatabase(settings, { logger });
  await connection.query(`
    INSERT INTO runs (id, workflow, status, caller, input, workflow_id, created_at, updated_at, started_at, temporal_run_id, due_at)
    SELECT id, 'hello', 'running', 'caller-' || n % 500, '{"name":"Ada"}', 'hello-' || id, at, at, at, 'x', at
    FROM (
      SELECT n, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid AS id, at
      FROM (SELECT n, now() - n * interval '1 second' AS at FROM generate_series(1, ${openRuns}) AS n) AS times
    ) AS made`);
  await connection.query('VACUUM ANALYZE runs');
  const { repository, backlog, openRuns: reconciled } = testRecords(connection);
  const run = await acceptRun({ repository });
  await repository.cancelPending(run.id, { code: 'x', message: 'x' });
  await reconciled.claimToCheck(0);
  await backlog.claimPending(0);
  await backlog.countPending(1);
  sent.length = 0;
  await repository.list({ limit: 21 });
  await repository.list({ limit: 21 }, { status: ['running'] });
  await repository.list({ limit: 21 }, { status: ['pending'] });
  await repository.list({ limit: 21 }, { caller: 'caller-7', status: ['running'] });
  lists = sent.map((sql) => sql.replace(/^.*?: /, ''));
});
test.after.always(async () => {
  await connection?.close();
  await database?.drop();
});

/** The limit of pages is about twice what the statement reads with all indexes, and far below what it reads without. */
const statements: readonly { what: string; sql: () => string; pages: number }[] = [
  { what: 'listing the first page', sql: () => lists[0] ?? '', pages: 10 },
  { what: 'listing running runs', sql: () => lists[1] ?? '', pages: 20 },
  { what: 'listing pending runs', sql: () => lists[2] ?? '', pages: 20 },
  { what: "listing a caller's running runs", sql: () => lists[3] ?? '', pages: 60 },
  { what: 'claiming 200 running runs to check', sql: () => 'EXECUTE "claim-to-check"(200, 300000)', pages: 8_000 },
  {
    what: 'claiming pending runs',
    sql: () => `EXECUTE "claim-pending"(16, '018f0000-0000-7000-8000-000000000000', 1000, '{hello}')`,
    pages: 20,
  },
  { what: 'counting an empty backlog', sql: () => 'EXECUTE "count-pending"(10000)', pages: 10 },
];

for (const { what, sql, pages } of statements) {
  test.serial(`among 100 000 open runs, ${what} reads at most ${pages} pages`, async (t) => {
    const read = await explain(connection, sql());
    t.deepEqual(read.sequential, []);
    t.true(read.pages <= pages, `${read.pages} pages`);
    t.log(`${read.pages} pages`);
  });
}
