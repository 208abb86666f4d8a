import test from 'ava';
import { createHealthRepository } from '../../database/health-repository.js';
import { migrateDown } from '../../database/migrate.js';
import { platformMigrations } from '../../database/migration-files.js';
import { createTestDatabase, rowsOf } from '../support/postgres.js';

test('a round trip returns the server version and leaves no row', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const health = createHealthRepository(sequelize, platformMigrations);
  const [server] = await rowsOf<{ server_version: string }>(sequelize, 'SHOW server_version');
  const trips = await Promise.all(Array.from({ length: 10 }, () => health.roundTrip()));
  for (const { version } of trips) {
    t.regex(version, /^\d+\.\d+$/);
    t.true(server?.server_version.startsWith(version));
  }
  t.deepEqual(await rowsOf(sequelize, 'SELECT * FROM health_probes'), []);
});

test('a round trip that fails halfway leaves no row', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  await sequelize.query('CREATE RULE keep AS ON DELETE TO health_probes DO INSTEAD SELECT 1 / (random() * 0)');
  await t.throwsAsync(createHealthRepository(sequelize, platformMigrations).roundTrip(), { code: 'data-rejected' });
  t.deepEqual(await rowsOf(sequelize, 'SELECT * FROM health_probes'), []);
});

test('ping uses no table', async (t) => {
  const { sequelize } = await createTestDatabase(t, { migrated: false });
  await t.notThrowsAsync(createHealthRepository(sequelize, platformMigrations).ping());
});

test('all methods fail with DatabaseUnavailable when the database is gone', async (t) => {
  const database = await createTestDatabase();
  const health = createHealthRepository(database.sequelize, platformMigrations);
  await health.ping();
  await database.drop();
  for (const call of [health.ping, health.roundTrip, health.isSchemaCurrent])
    await t.throwsAsync<Error>(call(), { code: 'database-unavailable' });
});

test('a database without migrations is not current', async (t) => {
  const health = createHealthRepository(
    (await createTestDatabase(t, { migrated: false })).sequelize,
    platformMigrations,
  );
  t.false(await health.isSchemaCurrent());
});

test('the schema is current only when all migrations are applied', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t);
  const health = createHealthRepository(sequelize, platformMigrations);
  t.true(await health.isSchemaCurrent());
  await migrateDown(settings);
  t.false(await health.isSchemaCurrent());
});

test('ignores migrations of a newer version', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  await sequelize.query("INSERT INTO schema_migrations (name) VALUES ('299901010000-newer')");
  const health = createHealthRepository(sequelize, platformMigrations);
  t.true(await health.isSchemaCurrent());
});
