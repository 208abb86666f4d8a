import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { type MigrationSettings, migrateDown, migrateUp, migrationStatus } from '../../database/migrate.js';
import { migrateRedo } from '../../database/migrate-redo.js';
import type { OutdatedStep } from '../../database/migration-source.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import { writeSteps } from './support/steps.js';

const moduleOf = (up: string, down: string) => ({
  module: `const run = (sql: string) => ({ context }: any) => context.sql(sql);
export const up = run(${JSON.stringify(up)});
export const down = run(${JSON.stringify(down)});
`,
});
const [one, two, three] = ['202001010001-one', '202001010002-two', '202001010003-three'];
const steps = {
  [`${one}.ts`]: moduleOf('CREATE TABLE one ()', 'DROP TABLE one'),
  [`${two}.ts`]: moduleOf('CREATE TABLE two ()', 'DROP TABLE two'),
  [`${three}.ts`]: moduleOf('CREATE TABLE three ()', 'DROP TABLE three'),
};

const tablesOf = async ({ sequelize }: TestDatabase) => {
  const rows = await rowsOf<{ name: string }>(
    sequelize,
    `SELECT relname || coalesce('.' || string_agg(attname, ','), '') AS name
     FROM pg_class LEFT JOIN pg_attribute a ON attrelid = pg_class.oid AND attnum > 0
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_migrations'
     GROUP BY relname ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};

const statesOf = async (settings: MigrationSettings, folder: string) => {
  const states = await migrationStatus(settings, { folders: [folder] });
  return states.map(({ name, state }) => `${name} ${state}`);
};

test('reverts what changed and all later steps as they were applied, and applies the files', async (t) => {
  const database = await createTestDatabase(t, { migrated: false });
  const { settings } = database;
  const folder = await writeSteps(t, steps);
  const options = { folders: [folder] } as const;
  await migrateUp(settings, options);
  t.deepEqual(await migrateRedo(settings, options), { reverted: [], applied: [] });

  // The `down` of the file would fail on what is applied.
  const { module } = moduleOf('CREATE TABLE two (id int); CREATE TABLE other ()', 'DROP TABLE two, other');
  writeFileSync(join(folder, `${two}.ts`), module);
  const seen: OutdatedStep[] = [];
  const onOutdated = (found: readonly OutdatedStep[]) => seen.push(...found);
  t.deepEqual(await migrateUp(settings, { ...options, onOutdated }), { applied: [] });
  t.deepEqual(
    seen.map(({ name, state }) => `${name} ${state}`),
    [`${two} changed`],
  );
  t.deepEqual(await statesOf(settings, folder), [`${one} applied`, `${two} changed`, `${three} applied`]);

  t.deepEqual(await migrateRedo(settings, options), { reverted: [three, two], applied: [two, three] });
  t.deepEqual(await tablesOf(database), ['one', 'other', 'three', 'two.id']);
  t.deepEqual(await statesOf(settings, folder), [`${one} applied`, `${two} applied`, `${three} applied`]);
  t.deepEqual(
    readdirSync(folder).filter((file) => file.startsWith('.')),
    [],
  );
});

test('reverts a step whose file was renamed', async (t) => {
  const database = await createTestDatabase(t, { migrated: false });
  const folder = await writeSteps(t, steps);
  const options = { folders: [folder] } as const;
  await migrateUp(database.settings, options);
  renameSync(join(folder, `${three}.ts`), join(folder, '202001010004-four.ts'));
  t.deepEqual(await statesOf(database.settings, folder), [
    `${one} applied`,
    `${two} applied`,
    `${three} unknown`,
    '202001010004-four pending',
  ]);
  t.deepEqual(await migrateRedo(database.settings, options), { reverted: [three], applied: ['202001010004-four'] });
  t.deepEqual(await tablesOf(database), ['one', 'three', 'two']);
});

test('takes the down of the file if that of the applied step fails', async (t) => {
  const database = await createTestDatabase(t, { migrated: false });
  const { settings } = database;
  const folder = await writeSteps(t, { [`${one}.ts`]: moduleOf('CREATE TABLE one ()', 'DROP TABLE uno') });
  const options = { folders: [folder] } as const;
  await migrateUp(settings, options);
  const change = (up: string, down: string) => writeFileSync(join(folder, `${one}.ts`), moduleOf(up, down).module);
  change('CREATE TABLE one (id int)', 'DROP TABLE won');
  await t.throwsAsync(migrateRedo(settings, options), {
    code: 'migration-failed',
    message: /\(down\) failed .* "uno" does not exist/,
  });
  t.deepEqual(await tablesOf(database), ['one']);
  change('CREATE TABLE one (id int)', 'DROP TABLE one');
  t.deepEqual(await migrateRedo(settings, options), { reverted: [one], applied: [one] });
  t.deepEqual(await tablesOf(database), ['one.id']);
});

test('compares neither compiled steps nor steps that an older version recorded', async (t) => {
  const { settings, sequelize } = await createTestDatabase(t, { migrated: false });
  const compiled = await writeSteps(t, { [`${one}.js`]: 'CREATE TABLE one ()' });
  await migrateUp(settings, { folders: [compiled] });
  await sequelize.query('ALTER TABLE schema_migrations DROP COLUMN source');
  const other = { [`${one}.ts`]: 'CREATE TABLE another ()', [`${two}.ts`]: 'CREATE TABLE two ()' };
  const folder = await writeSteps(t, other);
  t.deepEqual(await statesOf(settings, folder), [`${one} applied`, `${two} pending`]);
  t.deepEqual(await migrateUp(settings, { folders: [folder] }), { applied: [two] });
  t.deepEqual(await statesOf(settings, folder), [`${one} applied`, `${two} applied`]);
  t.deepEqual(await migrateDown(settings, { folders: [folder] }), { reverted: [two] });
  t.deepEqual(await migrateRedo(settings, { folders: [folder] }), { reverted: [], applied: [] });
});

test('reverts nothing if a later step has neither a file nor a recorded source', async (t) => {
  const database = await createTestDatabase(t, { migrated: false });
  const { settings, sequelize } = database;
  const folder = await writeSteps(t, steps);
  await migrateUp(settings, { folders: [folder] });
  await sequelize.query("INSERT INTO schema_migrations (name) VALUES ('299901010000-newer')");
  writeFileSync(join(folder, `${one}.ts`), moduleOf('CREATE TABLE one (id int)', 'DROP TABLE one').module);
  await t.throwsAsync(migrateRedo(settings, { folders: [folder] }), {
    code: 'migration-not-found',
    message: /299901010000-newer/,
  });
  t.deepEqual(await tablesOf(database), ['one', 'three', 'two']);
});

test('loads a source again after it was corrected', async (t) => {
  const { settings } = await createTestDatabase(t, { migrated: false });
  const folder = await writeSteps(t, { [`${one}.ts`]: moduleOf('CREATE TABEL one ()', 'DROP TABLE one') });
  await t.throwsAsync(migrateUp(settings, { folders: [folder] }), { code: 'migration-failed' });
  writeFileSync(join(folder, `${one}.ts`), steps[`${one}.ts`]?.module ?? '');
  t.deepEqual(await migrateUp(settings, { folders: [folder] }), { applied: [one] });
});
