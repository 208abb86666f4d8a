import test from 'ava';
import { migrations } from '../../../migrations/index.js';
import { listMigrations } from '../../../platform/database/migration-files.js';
import { pg } from '../../../platform/database/pg.js';
import { start } from '../../../platform/testing/database/support/processes.js';
import { runningDatabase } from '../../start/running-database.js';
import { makeFolder, startLauncher } from '../../start/test/support/launcher.js';

test('keys and migrate use the database of npm start, and fail with instructions if it does not run', async (t) => {
  t.timeout(400_000);
  const data = makeFolder();
  const other = makeFolder();
  t.teardown(other.remove);
  const launcher = startLauncher({ dataFolder: data.path });
  t.teardown(async () => {
    if (launcher.process.exitCode === null) launcher.signalGroup('SIGINT');
    await launcher.ended;
    data.remove();
  });
  const keys = (...args: string[]) =>
    start('tools/start/keys.ts', args, { ATLAS_ENV_FILE: '/dev/null', ATLAS_DATA_DIR: data.path }).ended;
  const migrate = (folder: string, ...args: string[]) =>
    start('tools/start/migrate.ts', args, { ATLAS_ENV_FILE: '/dev/null', ATLAS_DATA_DIR: folder }).ended;
  await launcher.printed('Ready in');
  const made = await keys('create', '--name', 'ada', '--scopes', 'runs:read');
  t.is(made.exitCode, 0, made.stderr);
  const listed = await keys('list');
  t.is(listed.exitCode, 0, listed.stderr);
  t.regex(listed.stdout, /^\S+ {2}ada {3}runs:read {2}\S+Z$/m);

  const status = await migrate(data.path, 'status', '--check');
  t.is(status.exitCode, 0, status.stderr);
  t.regex(status.stdout, /The schema is up to date\n$/);
  t.like(await migrate(data.path, 'redo'), {
    exitCode: 0,
    stdout: 'Nothing to redo: no applied migration has changed\n',
  });
  const newest = listMigrations(migrations).at(-1)?.name ?? '';
  await changeSource(data.path, newest);
  t.is((await migrate(data.path, 'status', '--check')).exitCode, 1);
  t.regex(
    (await migrate(data.path, 'up')).stdout,
    new RegExp(`^Migration ${newest} changed after it was applied: run`),
  );
  t.regex((await migrate(data.path, 'redo')).stdout, /^reverted .*\napplied .*\n1 migration reverted, 1 applied\n$/);
  t.is((await migrate(data.path, 'status', '--check')).exitCode, 0);
  const elsewhere = await migrate(other.path, 'status');
  t.is(elsewhere.exitCode, 1, 'found the platform of another data folder');
  t.true(elsewhere.stderr.includes(`no platform runs on ${other.path}: start one (npm start)`), elsewhere.stderr);

  launcher.signalGroup('SIGINT');
  await launcher.ended;
  const late = await keys('list');
  t.is(late.exitCode, 1);
  t.regex(late.stderr, /^POSTGRES_PASSWORD is not set, and no platform runs on .*: start one \(npm start\)/);
});

/** As if the file of the migration had been edited since it was applied. */
async function changeSource(dataFolder: string, name: string): Promise<void> {
  const { POSTGRES_HOST: host, POSTGRES_PORT: port, ...own } = runningDatabase(dataFolder);
  const user = { user: own.POSTGRES_USER, password: own.POSTGRES_PASSWORD, database: own.POSTGRES_DB };
  const client = new pg.Client({ host, port, ...user });
  await client.connect();
  await client.query("UPDATE schema_migrations SET source = source || 'export const more = 1' WHERE name = $1", [name]);
  await client.end();
}
