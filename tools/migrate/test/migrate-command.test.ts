import test from 'ava';
import { migrations } from '../../../migrations/index.js';
import { migrateUp } from '../../../platform/database/migrate.js';
import { listMigrations } from '../../../platform/database/migration-files.js';
import { migrationLockKey } from '../../../platform/database/migrator.js';
import { migrate, start } from '../../../platform/testing/database/support/processes.js';
import { readSchema } from '../../../platform/testing/database/support/schema.js';
import { writeSteps } from '../../../platform/testing/database/support/steps.js';
import { libpqVariables } from '../../../platform/testing/support/host-variables.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../../../platform/testing/support/postgres.js';
import { until } from '../../../platform/testing/support/until.js';

const names = listMigrations(migrations).map((step) => step.name);
const migrators = 10;

const sessions = async ({ sequelize }: TestDatabase, condition: string): Promise<number> => {
  const rows = await rowsOf<{ count: number }>(
    sequelize,
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE '%migrate' AND ${condition}`,
  );
  return rows[0]?.count ?? 0;
};

test.serial('ten processes at once apply each step once, and all succeed', async (t) => {
  const database = await createTestDatabase(t, { migrated: false });
  const { sequelize, settings } = database;
  const running = await sequelize.transaction(async (transaction) => {
    // While the lock is held here, all of them come to wait for it: so they really do start at once, however long that takes.
    await sequelize.query('SET LOCAL idle_in_transaction_session_timeout = 0', { transaction });
    await sequelize.query(`SELECT pg_advisory_xact_lock(${migrationLockKey})`, { transaction });
    const processes = Array.from({ length: migrators }, () =>
      migrate({ ...settings, POSTGRES_STATEMENT_TIMEOUT_MS: 100 }, 'up'),
    );
    const allWait = until(
      'ten wait',
      async () => (await sessions(database, "wait_event = 'advisory'")) === migrators,
      60_000,
    );
    const endedEarly = Promise.race(processes.map((process) => process.ended)).then(({ exitCode, stderr }) => {
      throw new Error(`a migrator ended without waiting, with ${exitCode}: ${stderr}`);
    });
    await Promise.race([allWait, endedEarly]);
    return processes;
  });
  const ends = await Promise.all(running.map((process) => process.ended));
  t.deepEqual(
    ends.map(({ exitCode, stderr }) => ({ exitCode, stderr })),
    Array(migrators).fill({ exitCode: 0, stderr: '' }),
  );
  const applied = ends.flatMap(({ stdout }) => [...stdout.matchAll(/^applied (\S+)/gm)].map((match) => match[1]));
  t.deepEqual(applied.toSorted(), names);
  t.deepEqual(
    await rowsOf(sequelize, 'SELECT name FROM schema_migrations ORDER BY name'),
    names.map((name) => ({ name })),
  );
});

test.serial('variables that pg and libpq would read by themselves change nothing', async (t) => {
  const { settings } = await createTestDatabase(t, { migrated: false });
  const { exitCode, stderr } = await migrate({ ...settings, ...libpqVariables }, 'up').ended;
  t.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
});

test.serial('a step that fails ends the command with 1 and is named with its cause', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrated: false });
  await sequelize.query('CREATE TABLE health_probes (other int)');
  const { exitCode, stdout, stderr } = await migrate(settings, 'up').ended;
  t.is(exitCode, 1);
  t.regex(stdout, /^applied \S+-create-runs/m);
  t.regex(stderr, /^Migration \S+-create-health-probes \(up\) failed .* relation "health_probes" already exists\n$/);
  const { columns } = await readSchema(sequelize);
  t.is(columns.filter((column) => (column as { table: string }).table === 'health_probes').length, 1);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test.serial(
    `${signal} in the middle of a step leaves nothing half done, and the next migrator goes on`,
    async (t) => {
      const database = await createTestDatabase(t, { migrated: false });
      const name = '202001010000-slow';
      const directory = await writeSteps(t, { [`${name}.js`]: 'CREATE TABLE half (); SELECT pg_sleep(300)' });
      const running = start('platform/testing/database/support/migrate-directory.ts', [
        directory,
        JSON.stringify(database.settings),
      ]);
      await until('the step runs', async () => (await sessions(database, "wait_event = 'PgSleep'")) === 1);
      running.process.kill(signal);
      t.not((await running.ended).exitCode, 0);
      const mended = await writeSteps(t, { [`${name}.js`]: 'CREATE TABLE whole ()' });
      t.deepEqual(await migrateUp(database.settings, { folders: [mended] }), { applied: [name] });
      const tables = await rowsOf(
        database.sequelize,
        "SELECT relname FROM pg_class WHERE relname IN ('half', 'whole')",
      );
      t.deepEqual(tables, [{ relname: 'whole' }]);
    },
  );
}

test.serial('up, status and down say what they did', async (t) => {
  const { settings } = await createTestDatabase(t, { migrated: false });
  const output = async (...args: string[]) => {
    const { exitCode, stdout } = await migrate(settings, ...args).ended;
    return { exitCode, last: stdout.trimEnd().split('\n').at(-1) };
  };
  t.deepEqual(await output('status', '--check'), { exitCode: 1, last: `${names.length} migrations pending` });
  t.deepEqual(await output('up'), { exitCode: 0, last: `${names.length} migrations applied` });
  t.deepEqual(await output('status', '--check'), { exitCode: 0, last: 'The schema is up to date' });
  t.deepEqual(await output('down'), { exitCode: 0, last: '1 migration reverted' });
  t.deepEqual(await output('status'), { exitCode: 0, last: '1 migration pending' });
});

test.serial('an unknown command is 64, a fault in the settings 78, a missing database 1', async (t) => {
  const { settings } = await createTestDatabase(t, { migrated: false });
  const ends = await Promise.all([
    migrate(settings, 'sideways').ended,
    migrate({ ...settings, POSTGRES_PORT: 0 }, 'up').ended,
    migrate({ ...settings, POSTGRES_DB: 'nothing_here' }, 'up').ended,
  ]);
  t.deepEqual(
    ends.map((end) => end.exitCode),
    [64, 78, 1],
  );
  t.regex(ends[0]?.stderr ?? '', /^Unknown command: sideways/);
  t.regex(ends[1]?.stderr ?? '', /POSTGRES_PORT/);
  t.regex(ends[2]?.stderr ?? '', /^PostgreSQL at .* database "nothing_here" does not exist\n$/);
});

test.serial('redo refuses a database that the settings name', async (t) => {
  const { settings } = await createTestDatabase(t);
  const { exitCode, stderr } = await migrate(settings, 'redo').ended;
  t.is(exitCode, 1);
  t.regex(stderr, /^redo works on the database of npm start in this clone only/);
});
