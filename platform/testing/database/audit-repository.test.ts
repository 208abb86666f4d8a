import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createAuditRepository } from '../../database/audit-repository.js';
import type { AuditEntry } from '../../runs/audit.js';
import { createTestDatabase, rowsOf } from '../support/postgres.js';

const dayMs = 86_400_000;

test('stores all fields of an entry, with the time of the database', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const runId = randomUUID();
  await createAuditRepository(sequelize).record({
    caller: 'ada',
    keyId: 'Abcdefgh01234567',
    action: 'message-sent',
    workflow: 'vote',
    runId,
    subject: 'decide',
    address: '::ffff:10.0.0.1',
    requestId: 'r-1',
  });
  const [row] = await rowsOf<{ at: Date }>(sequelize, 'SELECT * FROM audit_log');
  t.like(row, {
    caller: 'ada',
    key_id: 'Abcdefgh01234567',
    action: 'message-sent',
    workflow: 'vote',
    run_id: runId,
    subject: 'decide',
    address: '::ffff:10.0.0.1',
    request_id: 'r-1',
  });
  t.true(Math.abs((row?.at.getTime() ?? 0) - Date.now()) < 60_000);
});

test('stores missing fields as null', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  await createAuditRepository(sequelize).record({ caller: 'cli:root', action: 'key-created', subject: undefined });
  const [row] = await rowsOf<object>(sequelize, 'SELECT * FROM audit_log');
  const empty = Object.entries(row ?? {}).filter(([, value]) => value === null);
  t.deepEqual(
    empty.map(([column]) => column),
    ['key_id', 'workflow', 'run_id', 'subject', 'address', 'request_id'],
  );
});

test('concurrent entries share commits and keep their order', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const audit = createAuditRepository(sequelize);
  const subjects = Array.from({ length: 300 }, (_, index) => String(index));
  await Promise.all(subjects.map((subject) => audit.record({ caller: 'ada', action: 'run-started', subject })));
  const rows = await rowsOf<{ subject: string; commit: string }>(
    sequelize,
    'SELECT subject, xmin::text AS commit FROM audit_log ORDER BY id',
  );
  t.deepEqual(
    rows.map(({ subject }) => subject),
    subjects,
  );
  // The first entry alone, then batches of 128.
  t.is(new Set(rows.map(({ commit }) => commit)).size, 4);
});

test('an entry that PostgreSQL rejects does not affect others', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const audit = createAuditRepository(sequelize);
  const entry = (runId: string): AuditEntry => ({ caller: 'ada', action: 'run-started', runId });
  const ids = [randomUUID(), randomUUID(), 'no-uuid', randomUUID()];
  const results = await Promise.allSettled(ids.map((id) => audit.record(entry(id))));
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  t.like(results[2], { reason: { code: 'data-rejected' } });
});

test('replaces U+0000 instead of losing the entry', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  await createAuditRepository(sequelize).record({ caller: 'ada', action: 'message-sent', requestId: 'a\0b' });
  t.deepEqual(await rowsOf(sequelize, 'SELECT request_id FROM audit_log'), [{ request_id: 'a\uFFFDb' }]);
});

test('purges expired entries, oldest first, up to the limit', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const audit = createAuditRepository(sequelize);
  for (const days of [40, 35, 31, 29, 1]) await audit.record({ caller: 'ada', action: 'a', subject: String(days) });
  await sequelize.query("UPDATE audit_log SET at = now() - subject::int * interval '1 day'");
  const left = async () =>
    (await rowsOf<{ subject: string }>(sequelize, 'SELECT subject FROM audit_log ORDER BY id')).map(
      (row) => row.subject,
    );
  t.is(await audit.purge(30 * dayMs, 2), 2);
  t.deepEqual(await left(), ['31', '29', '1']);
  t.is(await audit.purge(30 * dayMs, 2), 1);
  t.is(await audit.purge(30 * dayMs, 2), 0);
  t.deepEqual(await left(), ['29', '1']);
});

test('skips entries that another transaction has locked', async (t) => {
  const { sequelize, connect } = await createTestDatabase(t);
  await sequelize.query(
    "INSERT INTO audit_log (at, caller, action) SELECT to_timestamp(n), 'ada', 'a' FROM generate_series(1, 40) AS n",
  );
  const audit = createAuditRepository(connect());
  await sequelize.transaction(async (transaction) => {
    await sequelize.query('SELECT FROM audit_log ORDER BY at LIMIT 20 FOR UPDATE', { transaction });
    t.is(await audit.purge(dayMs, 100), 20);
  });
  t.is(await audit.purge(dayMs, 100), 20);
});

test('finds old entries and the entries of a run through indexes', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  await sequelize.query(`
    INSERT INTO audit_log (at, caller, action, run_id)
    SELECT now() - n * interval '1 minute', 'ada', 'a', gen_random_uuid() FROM generate_series(1, 20000) AS n`);
  await sequelize.query('ANALYZE audit_log');
  const plan = async (sql: string) => JSON.stringify(await rowsOf(sequelize, `EXPLAIN ${sql}`));
  t.regex(
    await plan("SELECT id FROM audit_log WHERE at < now() - interval '10 days' ORDER BY at LIMIT 100"),
    /audit_log_age/,
  );
  t.regex(await plan(`SELECT * FROM audit_log WHERE run_id = '${randomUUID()}'`), /audit_log_run/);
});
