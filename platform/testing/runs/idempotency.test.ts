import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { RunParts } from '../../runs/durable-runs.js';
import type { NewRun } from '../../runs/run.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import { callerOf, testRecords } from '../support/runs.js';

type Records = Omit<RunParts, 'engine'>;

let database: TestDatabase;
let one: Records;
/** The same records in another process. */
let other: Records;

test.before(async () => {
  database = await createTestDatabase();
  one = testRecords(database.sequelize);
  other = testRecords(database.connect());
});
test.after.always(() => database?.drop());

const request = (key: string, given: Partial<NewRun> = {}, caller = 'ada'): NewRun => ({
  workflow: 'hello',
  input: { name: 'Ada' },
  leased: false,
  caller: callerOf(caller),
  idempotencyKey: key,
  ...given,
});

const countOf = async (table: string, where: string) =>
  (await rowsOf<{ count: number }>(database.sequelize, `SELECT count(*)::int FROM ${table} WHERE ${where}`))[0]?.count;

test('returns the same run for the same key and content, as it is now', async (t) => {
  const key = randomUUID();
  const { run, repeated } = await one.repository.accept(request(key));
  t.false(repeated);
  await one.repository.transition(run.id, { to: 'running', temporalRunId: 'x', startedAt: new Date() });
  const again = await other.repository.accept(request(key));
  t.true(again.repeated);
  t.like(again.run, { id: run.id, status: 'running' });
});

test('rejects a key with another input or workflow', async (t) => {
  const key = randomUUID();
  await one.repository.accept(request(key));
  for (const given of [{ input: { name: 'Grace' } }, { workflow: 'vote' }]) {
    await t.throwsAsync(other.repository.accept(request(key, given)), { code: 'idempotency-key-reused' });
    await t.throwsAsync(one.repository.findAccepted({ ...request(key, given), idempotencyKey: key }), {
      code: 'idempotency-key-reused',
    });
  }
});

test('lets two callers use the same key', async (t) => {
  const key = randomUUID();
  const [ada, grace] = await Promise.all([
    one.repository.accept(request(key)),
    one.repository.accept(request(key, {}, 'grace')),
  ]);
  t.not(ada.run.id, grace.run.id);
});

test('accepts one run for a hundred concurrent requests with one key in two processes', async (t) => {
  const key = randomUUID();
  const accepted = await Promise.all(
    Array.from({ length: 100 }, (_, index) => (index % 2 ? one : other).repository.accept(request(key))),
  );
  t.is(new Set(accepted.map(({ run }) => run.id)).size, 1);
  t.is(accepted.filter(({ repeated }) => !repeated).length, 1);
  t.is(await countOf('runs', `id = '${accepted[0]?.run.id}'`), 1);
});

test('does not deadlock when two processes get the same requests in opposite order', async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const keys = Array.from({ length: 30 }, () => randomUUID());
    // The first request delays its process, so that the others form a group.
    const send = (records: Records, order: readonly string[]) =>
      [randomUUID(), ...order].map((key) => records.repository.accept(request(key)));
    const answers = await Promise.all([...send(one, keys), ...send(other, keys.toReversed())]);
    t.is(new Set(answers.map(({ run }) => run.id)).size, keys.length + 2);
  }
});

test('accepts many concurrent requests once each', async (t) => {
  const keys = Array.from({ length: 300 }, () => randomUUID());
  const accepted = await Promise.all(
    keys.map((key, index) => (index % 2 ? one : other).repository.accept(request(key))),
  );
  t.is(new Set(accepted.map(({ run }) => run.id)).size, 300);
  const ids = accepted.map(({ run }) => `'${run.id}'`).join(', ');
  t.is(await countOf('runs', `id IN (${ids})`), 300);
  t.is(await countOf('idempotency_keys', `run_id IN (${ids})`), 300);
});

test('accepts a new run for an expired key', async (t) => {
  const key = randomUUID();
  const { run } = await one.repository.accept(request(key));
  await database.sequelize.query(
    `UPDATE idempotency_keys SET created_at = now() - interval '2 hours' WHERE key = '${key}'`,
  );
  t.is(await one.repository.findAccepted({ ...request(key), idempotencyKey: key }), undefined);
  const again = await one.repository.accept(request(key, { input: { name: 'Grace' } }));
  t.false(again.repeated);
  t.not(again.run.id, run.id);
});

test('keeps no key of a rejected run, and accepts the other runs of its group', async (t) => {
  const own = await createTestDatabase(t);
  await own.sequelize.query("ALTER TABLE runs ADD CHECK (workflow <> 'refused')");
  const { repository } = testRecords(own.sequelize);
  const bad = request('bad', { workflow: 'refused' });
  const [first, refused, second] = await Promise.allSettled([
    repository.accept(request('first')),
    repository.accept(bad),
    repository.accept(request('second')),
  ]);
  t.is(first.status, 'fulfilled');
  t.is(second.status, 'fulfilled');
  t.like(refused, { status: 'rejected', reason: { code: 'data-rejected' } });
  t.deepEqual(await rowsOf(own.sequelize, 'SELECT key FROM idempotency_keys ORDER BY key'), [
    { key: 'first' },
    { key: 'second' },
  ]);
});
