import test from 'ava';
import { makeToken, readToken } from '../../auth/api-key.js';
import { type ApiKeysRepository, createApiKeysRepository, type NewApiKey } from '../../database/api-keys-repository.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import { testProduct } from '../test-product.js';

let database: TestDatabase;
let keys: ApiKeysRepository;

test.before(async () => {
  database = await createTestDatabase();
  keys = createApiKeysRepository(database.sequelize);
});
test.after.always(() => database?.drop());

function newKey(overrides: Partial<NewApiKey> = {}): NewApiKey {
  const credential = readToken(makeToken(testProduct));
  if (!credential) throw new Error('readToken rejects a token of makeToken');
  return { ...credential, name: 'ada', scopes: ['runs:read', 'runs:write'], ...overrides };
}

/** The audit entries of a key, oldest first. */
const audited = (id: string, from = database) =>
  rowsOf(from.sequelize, `SELECT caller, action FROM audit_log WHERE subject = '${id}' ORDER BY id`);

test('finds a key as it was created, with the hash of its secret', async (t) => {
  const made = newKey();
  const key = await keys.create(made, 'cli:ada');
  t.like(key, { id: made.id, name: 'ada', scopes: ['runs:read', 'runs:write'], revokedAt: null });
  t.true(Math.abs(key.createdAt.getTime() - Date.now()) < 60_000);
  t.deepEqual(await keys.find(made.id), { key, secretHash: made.secretHash });
});

test('finds nothing for an unknown id', async (t) => {
  t.is(await keys.find(newKey().id), undefined);
  t.is(await keys.find("' OR true --"), undefined);
});

test('returns to each of many concurrent lookups its own key', async (t) => {
  const made = Array.from({ length: 40 }, () => newKey());
  await Promise.all(made.map((key) => keys.create(key, 'cli:ada')));
  const found = await Promise.all([...made, newKey(), ...made].map(({ id }) => keys.find(id)));
  t.deepEqual(
    found.map((stored) => stored?.key.id),
    [...made, undefined, ...made].map((key) => key?.id),
  );
});

test('rejects a second key with the same id', async (t) => {
  const made = newKey();
  await keys.create(made, 'cli:ada');
  await t.throwsAsync(keys.create({ ...newKey(), id: made.id }, 'cli:eve'), { message: /exists/ });
  t.deepEqual(await audited(made.id), [{ caller: 'cli:ada', action: 'key-created' }]);
});

const rejected: Readonly<Record<string, Partial<NewApiKey>>> = {
  'the name of callers without a key': { name: 'anonymous' },
  'a name with a colon': { name: 'cli:root' },
  'no scope': { scopes: [] },
  'an id that is too short': { id: 'short' },
  'a hash of another length': { secretHash: Buffer.alloc(31) },
};
for (const [what, overrides] of Object.entries(rejected))
  test(`rejects a key with ${what} without an audit entry`, async (t) => {
    const made = newKey(overrides);
    await t.throwsAsync(keys.create(made, 'cli:ada'), { code: 'data-rejected' });
    t.deepEqual(await audited(made.id), []);
  });

test('allows several keys with the same name', async (t) => {
  const [one, other] = [newKey({ name: 'twice' }), newKey({ name: 'twice' })];
  await keys.create(one, 'cli:ada');
  await keys.create(other, 'cli:ada');
  await keys.revoke(one.id, 'cli:ada');
  t.is((await keys.find(other.id))?.key.revokedAt, null);
});

test('ensure creates a key once under concurrent calls, with one audit entry', async (t) => {
  const made = newKey();
  const others = createApiKeysRepository(database.connect());
  const calls = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? keys : others).ensure(made, 'cli:job'));
  const answers = await Promise.all(calls);
  t.is(answers.filter(({ created }) => created).length, 1);
  for (const { stored } of answers) t.deepEqual(stored.secretHash, made.secretHash);
  t.deepEqual(await audited(made.id), [{ caller: 'cli:job', action: 'key-created' }]);
});

test('ensure does not change an existing key', async (t) => {
  const made = newKey();
  const key = await keys.create(made, 'cli:ada');
  const other = newKey({ id: made.id, name: 'eve', scopes: ['runs:admin'] });
  t.deepEqual(await keys.ensure(other, 'cli:job'), { stored: { key, secretHash: made.secretHash }, created: false });
});

test('ensure does not restore a revoked key', async (t) => {
  const made = newKey();
  await keys.create(made, 'cli:ada');
  const gone = await keys.revoke(made.id, 'cli:ada');
  const { stored, created } = await keys.ensure(made, 'cli:job');
  t.false(created);
  t.deepEqual(stored.key, gone?.key);
  t.true(stored.key.revokedAt instanceof Date);
});

test('revokes a key once, with one audit entry', async (t) => {
  const made = newKey();
  await keys.create(made, 'cli:ada');
  const first = await keys.revoke(made.id, 'cli:bob');
  t.true(first?.revoked);
  t.true(first?.key.revokedAt instanceof Date);
  t.deepEqual(await keys.revoke(made.id, 'cli:eve'), first && { key: first.key, revoked: false });
  t.deepEqual(await audited(made.id), [
    { caller: 'cli:ada', action: 'key-created' },
    { caller: 'cli:bob', action: 'key-revoked' },
  ]);
});

test('two concurrent calls both return the revoked key, and one has revoked it', async (t) => {
  const made = newKey();
  await keys.create(made, 'cli:ada');
  const others = createApiKeysRepository(database.connect());
  const [one, other] = await Promise.all([keys.revoke(made.id, 'cli:one'), others.revoke(made.id, 'cli:other')]);
  t.not(one?.revoked, other?.revoked);
  t.deepEqual(one?.key, other?.key);
  t.is((await audited(made.id)).length, 2);
});

test('revoke returns undefined for an unknown key', async (t) => {
  const { id } = newKey();
  t.is(await keys.revoke(id, 'cli:ada'), undefined);
  t.deepEqual(await audited(id), []);
});

test('lists all keys oldest first, including revoked ones, without hashes', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const own = createApiKeysRepository(sequelize);
  t.deepEqual(await own.list(), []);
  const made = [newKey({ name: 'c' }), newKey({ name: 'a' }), newKey({ name: 'b' })];
  for (const key of made) await own.create(key, 'cli:ada');
  await own.revoke(made[1]?.id ?? '', 'cli:ada');
  const listed = await own.list();
  t.deepEqual(
    listed.map(({ id, revokedAt }) => [id, revokedAt !== null]),
    made.map(({ id }, index) => [id, index === 1]),
  );
  t.deepEqual(Object.keys(listed[0] ?? {}).toSorted(), ['createdAt', 'id', 'name', 'revokedAt', 'scopes']);
});

test('does not create a key whose audit entry cannot be written', async (t) => {
  const own = await createTestDatabase(t);
  await own.sequelize.query("ALTER TABLE audit_log ADD CHECK (action <> 'key-created')");
  const made = newKey();
  await t.throwsAsync(createApiKeysRepository(own.sequelize).create(made, 'cli:ada'), { code: 'data-rejected' });
  t.deepEqual(await rowsOf(own.sequelize, 'SELECT * FROM api_keys'), []);
});

test('a missing table is schema-outdated', async (t) => {
  const { sequelize } = await createTestDatabase(t, { migrated: false });
  await t.throwsAsync(createApiKeysRepository(sequelize).find(newKey().id), { code: 'schema-outdated' });
});
