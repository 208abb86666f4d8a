import test from 'ava';
import { createRetentionRepository } from '../../database/retention-repository.js';
import { createTestDatabase, rowsOf } from '../support/postgres.js';
import { acceptRun, testRecords } from '../support/runs.js';

const dayMs = 86_400_000;

test('purges expired runs and keys, oldest first, up to the limit, and keeps open runs', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const records = testRecords(sequelize);
  const retention = createRetentionRepository(sequelize);
  const ended: string[] = [];
  for (const days of [40, 35, 31, 29, 1]) {
    const { id } = await acceptRun(records, { idempotencyKey: `${days}` });
    const endedAt = new Date(Date.now() - days * dayMs);
    await records.repository.transition(id, { to: 'completed', result: days, endedAt });
    ended.push(id);
  }
  const open = await acceptRun(records);
  await sequelize.query("UPDATE runs SET created_at = now() - interval '400 days'");
  await sequelize.query("UPDATE idempotency_keys SET created_at = now() - key::int * interval '1 day'");

  const batch = { runsMs: 30 * dayMs, keysMs: 30 * dayMs, limit: 2 };
  t.deepEqual(await retention.purge(batch), { runs: 2, keys: 2 });
  t.deepEqual(await retention.purge(batch), { runs: 1, keys: 1 });
  t.deepEqual(await retention.purge(batch), { runs: 0, keys: 0 });
  const left = await rowsOf<{ id: string }>(sequelize, 'SELECT id FROM runs ORDER BY id');
  t.deepEqual(
    left.map(({ id }) => id),
    [...ended.slice(3), open.id],
  );
  t.deepEqual(await rowsOf(sequelize, 'SELECT key FROM idempotency_keys ORDER BY key'), [{ key: '1' }, { key: '29' }]);
});

test('concurrent purges delete each row once', async (t) => {
  const { sequelize, connect } = await createTestDatabase(t);
  const records = testRecords(sequelize);
  for (let index = 0; index < 40; index += 1) {
    const { id } = await acceptRun(records);
    await records.repository.transition(id, { to: 'completed', result: 0, endedAt: new Date(0) });
  }
  const purge = (pool = sequelize) =>
    createRetentionRepository(pool).purge({ runsMs: dayMs, keysMs: dayMs, limit: 20 });
  const [one, other] = await Promise.all([purge(), purge(connect())]);
  const rest = await purge();
  t.is(one.runs + other.runs + rest.runs, 40);
});
