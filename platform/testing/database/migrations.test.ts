import test from 'ava';
import { migrateDown, migrateUp, migrationStatus } from '../../database/migrate.js';
import { listMigrations, platformMigrations } from '../../database/migration-files.js';
import { createTestDatabase, rowsOf } from '../support/postgres.js';
import { readSchema } from './support/schema.js';
import { writeSteps } from './support/steps.js';

const names = listMigrations(platformMigrations).map((step) => step.name);

test('reverting and reapplying all steps restores the schema', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t);
  const first = await readSchema(sequelize);
  t.true(first.columns.length > 20 && first.constraints.length > 10 && first.indexes.length > 4);
  t.deepEqual(await migrateDown(settings, { all: true }), { reverted: names.toReversed() });
  const zero = await readSchema(sequelize);
  t.deepEqual([...new Set(zero.columns.map((column) => (column as { table: string }).table))], ['schema_migrations']);
  t.deepEqual(await rowsOf(sequelize, 'SELECT * FROM schema_migrations'), []);
  t.deepEqual(await migrateUp(settings), { applied: names });
  t.deepEqual(await readSchema(sequelize), first);
});

test('each step can be reverted and reapplied', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrated: false });
  const directory = await writeSteps(t, {});
  t.deepEqual(await migrateUp(settings, { folders: [directory] }), { applied: [] });
  await migrateUp(settings);
  const full = await readSchema(sequelize);
  for (const name of names.toReversed()) {
    t.deepEqual(await migrateDown(settings, { to: name }), { reverted: names.slice(names.indexOf(name)).reverse() });
    t.deepEqual(await migrateUp(settings), { applied: names.slice(names.indexOf(name)) });
    t.deepEqual(await readSchema(sequelize), full);
  }
});

test('down reverts the last step only', async (t) => {
  const { settings } = await createTestDatabase(t);
  t.deepEqual(await migrateDown(settings), { reverted: names.slice(-1) });
  t.deepEqual(await migrateUp(settings), { applied: names.slice(-1) });
});

test('down to a step that is not applied fails and changes nothing', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t);
  const before = await readSchema(sequelize);
  await t.throwsAsync(migrateDown(settings, { to: '200001010000-nothing' }), { code: 'migration-not-found' });
  t.deepEqual(await readSchema(sequelize), before);
});

test('down refuses to revert a step without a file', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t);
  await sequelize.query("INSERT INTO schema_migrations (name) VALUES ('299901010000-newer')");
  await t.throwsAsync(migrateDown(settings), { code: 'migration-not-found', message: /299901010000-newer/ });
  t.like((await migrationStatus(settings)).at(-1), { name: '299901010000-newer', state: 'unknown' });
  t.deepEqual(await migrateUp(settings), { applied: [] });
});

test('a source file and its compiled file are the same step', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrated: false });
  const source = await writeSteps(t, { '202001010000-a.ts': 'CREATE TABLE a ()' });
  const compiled = await writeSteps(t, {
    '202001010000-a.js': 'CREATE TABLE a ()',
    '202001010000-a.d.ts': { module: 'export declare const up: unknown;' },
    '202001010000-a.test.js': { module: 'throw new Error("a test was run as a step")' },
  });
  t.deepEqual(await migrateUp(settings, { folders: [source] }), { applied: ['202001010000-a'] });
  t.deepEqual(await migrateUp(settings, { folders: [compiled] }), { applied: [] });
  t.deepEqual(await rowsOf(sequelize, 'SELECT name FROM schema_migrations'), [{ name: '202001010000-a' }]);
  t.deepEqual(await migrateDown(settings, { folders: [compiled] }), { reverted: ['202001010000-a'] });
});

test('a failed step is rolled back, and the steps before it stay', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrated: false });
  const good = { '202001010000-good.js': 'CREATE TABLE good (a int)' };
  await migrateUp(settings, { folders: [await writeSteps(t, good)] });
  const before = await readSchema(sequelize);
  const directory = await writeSteps(t, {
    ...good,
    '202001010001-bad.js': 'CREATE TABLE half (a int); INSERT INTO good VALUES (1); SELECT 1 / 0',
    '202001010002-after.js': 'CREATE TABLE after ()',
  });
  const error = await t.throwsAsync(migrateUp(settings, { folders: [directory] }), {
    code: 'migration-failed',
    message: 'Migration 202001010001-bad (up) failed and was rolled back: division by zero',
  });
  t.like(error, { step: '202001010001-bad', direction: 'up', cause: { message: 'division by zero' } });
  t.deepEqual(await readSchema(sequelize), before);
  t.deepEqual(await rowsOf(sequelize, 'SELECT * FROM good'), []);
  t.deepEqual(await rowsOf(sequelize, 'SELECT name FROM schema_migrations'), [{ name: '202001010000-good' }]);
});

test('a failed first step leaves nothing, not even the table of steps', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrated: false });
  const before = await readSchema(sequelize);
  const directory = await writeSteps(t, { '202001010000-bad.js': 'CREATE TABLE half (); SELECT 1 / 0' });
  await t.throwsAsync(migrateUp(settings, { folders: [directory] }), { code: 'migration-failed' });
  t.deepEqual(await readSchema(sequelize), before);
});

test('a step whose record cannot be written is rolled back with it', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrated: false });
  const directory = await writeSteps(t, {
    '202001010000-a.js': 'CREATE TABLE a (); ALTER TABLE schema_migrations ADD CHECK (false)',
  });
  await t.throwsAsync(migrateUp(settings, { folders: [directory] }), { code: 'migration-failed' });
  t.deepEqual((await readSchema(sequelize)).columns, []);
});

test('a step that sends a statement outside its transaction fails', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrated: false });
  const directory = await writeSteps(t, {
    '202001010000-a.js': {
      module: "export const up = ({ context }) => context.queryInterface.createTable('stray', { a: 'int' });",
    },
  });
  await t.throwsAsync(migrateUp(settings, { folders: [directory] }), {
    code: 'migration-failed',
    message: /outside the transaction/,
  });
  t.deepEqual((await readSchema(sequelize)).columns, []);
});

test('a step sees the settings of the product', async (t) => {
  const directory = await writeSteps(t, {
    '202001010000-a.js': {
      module: "export const up = ({ context }) => context.sql('CREATE TABLE ' + context.settings.SHOP_TABLE + ' ()');",
    },
  });
  const { sequelize } = await createTestDatabase(t, { migrations: [directory], settings: { SHOP_TABLE: 'orders' } });
  t.deepEqual(await rowsOf(sequelize, "SELECT to_regclass('orders')::text AS name"), [{ name: 'orders' }]);
});

test('names a file that exports no step', async (t) => {
  const { settings } = await createTestDatabase(t, { migrated: false });
  const directory = await writeSteps(t, { '202001010000-empty.js': { module: 'export {};' } });
  await t.throwsAsync(migrateUp(settings, { folders: [directory] }), {
    message: /202001010000-empty.*exports no function up/,
  });
});

test('the statement timeouts of the app and the database do not apply to steps', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrated: false });
  await sequelize.query(`ALTER DATABASE ${settings.POSTGRES_DB} SET statement_timeout = 100`);
  const directory = await writeSteps(t, { '202001010000-slow.js': 'SELECT pg_sleep(0.5)' });
  const hurried = { ...settings, POSTGRES_STATEMENT_TIMEOUT_MS: 100 };
  t.deepEqual(await migrateUp(hurried, { folders: [directory] }), { applied: ['202001010000-slow'] });
});

test('status shows applied and pending steps and changes nothing', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrated: false });
  t.deepEqual(
    await migrationStatus(settings),
    names.map((name) => ({ name, state: 'pending' as const })),
  );
  t.deepEqual((await readSchema(sequelize)).columns, []);
  await migrateUp(settings);
  for (const step of await migrationStatus(settings))
    t.true(step.state === 'applied' && step.appliedAt instanceof Date);
});

test('applies the steps of several folders in the order of their names', async (t) => {
  const { settings } = await createTestDatabase(t, { migrated: false });
  const product = await writeSteps(t, { '202001010001-b.js': 'CREATE TABLE b ()', '202001010003-d.js': 'SELECT 1' });
  const platform = await writeSteps(t, { '202001010002-c.js': 'DROP TABLE b' });
  const names = ['202001010001-b', '202001010002-c', '202001010003-d'];
  t.deepEqual(await migrateUp(settings, { folders: [platform, product] }), { applied: names });
});

test('rejects the same step in two folders and names both files', async (t) => {
  const [one, other] = [
    await writeSteps(t, { '202001010000-a.js': '' }),
    await writeSteps(t, { '202001010000-a.js': '' }),
  ];
  const { message } = t.throws(() => listMigrations([one, other]));
  t.true(message.includes(one) && message.includes(other));
});
