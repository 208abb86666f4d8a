import test from 'ava';
import { migrations } from '../../migrations/index.js';
import { migrateDown, migrateUp } from '../../platform/database/migrate.js';
import { listMigrations } from '../../platform/database/migration-files.js';
import { readSchema } from '../../platform/testing/database/support/schema.js';
import { createTestDatabase } from '../../platform/testing/support/postgres.js';

const names = listMigrations(migrations).map(({ name }) => name);

test('each migration can be reverted and applied again', async (t) => {
  const { sequelize, settings } = await createTestDatabase(t, { migrations });
  const full = await readSchema(sequelize);
  for (const name of names.toReversed()) {
    await migrateDown(settings, { folders: migrations, to: name });
    t.deepEqual(await migrateUp(settings, { folders: migrations }), { applied: names.slice(names.indexOf(name)) });
    t.deepEqual(await readSchema(sequelize), full, name);
  }
});
