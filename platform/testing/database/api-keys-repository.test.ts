import test from 'ava';
import { makeToken, readToken } from '../../auth/api-key.js';
import { type ApiKeysRepository, createApiKeysRepository, type NewApiKey } from '../../database/api-keys-repository.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let keys: ApiKeysRepository;

test.before(async () => {
  database = await createTestDatabase();
  keys = createApiKeysRepository(database.sequelize);
});
test.after.always(() => database?.drop());

function newKey(overrides: Partial<NewApiKey> = {}): NewApiKey {
  const credential = readToken(makeToken());
  if (!credential) throw new Error('a token that was made cannot be read');
  return { ...credential, name: 'ada', scopes: ['runs:read', 'runs:write'], ...overrides };
}

/** What the audit log tells of a key, oldest first. */
const told = (id: string, from = database) =>
  rowsOf(from.sequelize, `SELECT caller, action FROM audit_log WHERE subject = '${id}' ORDER BY id`);

test('a key is found as it was made, with the hash of its secret', async (t) => {
  const made = newKey();
  const key = await keys.create(made, 'cli:ada');
  t.like(key, { id: made.id, name: 'ada', scopes: ['runs:read', 'runs:write'], revokedAt: null });
  t.true(Math.abs(key.createdAt.getTime() - Date.now()) < 60_000);
  t.deepEqual(await keys.find(made.id), { key, secretHash: made.secretHash });
});

test('no key is found where none was made', async (t) => {
  t.is(await keys.find(newKey().id), undefined);
  t.is(await keys.find("' OR true --"), undefined);
});

test('many look-ups at once each get their own key', async (t) => {
  const made = Array.from({ length: 40 }, () => newKey());
  await Promise.all(made.map((key) => keys.create(key, 'cli:ada')));
  const found = await Promise.all([...made, newKey(), ...made].map(({ id }) => keys.find(id)));
  t.deepEqual(
    found.map((stored) => stored?.key.id),
    [...made, undefined, ...made].map((key) => key?.id),
  );
});

test('an id is given once', async (t) => {
  const made = newKey();
  await keys.create(made, 'cli:ada');
  await t.throwsAsync(keys.create({ ...newKey(), id: made.id }, 'cli:eve'), { message: /is another key's/ });
  t.deepEqual(await told(made.id), [{ caller: 'cli:ada', action: 'key-created' }]);
});

const refused: Readonly<Record<string, Partial<NewApiKey>>> = {
  'the name of callers without a key': { name: 'anonymous' },
  'a name with a colon': { name: 'cli:root' },
  'no scope': { scopes: [] },
  'an id that is too short': { id: 'short' },
  'a hash of another length': { secretHash: Buffer.alloc(31) },
};
for (const [what, overrides] of Object.entries(refused))
  test(`a key with ${what} is refused, and nothing is told of it`, async (t) => {
    const made = newKey(overrides);
    await t.throwsAsync(keys.create(made, 'cli:ada'), { code: 'data-rejected' });
    t.deepEqual(await told(made.id), []);
  });

test('several keys have the same name', async (t) => {
  const [one, other] = [newKey({ name: 'twice' }), newKey({ name: 'twice' })];
  await keys.create(one, 'cli:ada');
  await keys.create(other, 'cli:ada');
  await keys.revoke(one.id, 'cli:ada');
  t.is((await keys.find(other.id))?.key.revokedAt, null);
});

test('ensure makes a key once, however many do so at once, and tells of it once', async (t) => {
  const made = newKey();
  const others = createApiKeysRepository(database.connect());
  const calls = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? keys : others).ensure(made, 'cli:job'));
  const answers = await Promise.all(calls);
  t.is(answers.filter(({ created }) => created).length, 1);
  for (const { stored } of answers) t.deepEqual(stored.secretHash, made.secretHash);
  t.deepEqual(await told(made.id), [{ caller: 'cli:job', action: 'key-created' }]);
});

test('ensure leaves a key as it is, whatever it is given', async (t) => {
  const made = newKey();
  const key = await keys.create(made, 'cli:ada');
  const other = newKey({ id: made.id, name: 'eve', scopes: ['runs:admin'] });
  t.deepEqual(await keys.ensure(other, 'cli:job'), { stored: { key, secretHash: made.secretHash }, created: false });
});

test('ensure never lets a revoked key in again', async (t) => {
  const made = newKey();
  await keys.create(made, 'cli:ada');
  const gone = await keys.revoke(made.id, 'cli:ada');
  const { stored, created } = await keys.ensure(made, 'cli:job');
  t.false(created);
  t.deepEqual(stored.key, gone?.key);
  t.true(stored.key.revokedAt instanceof Date);
});

test('a key is revoked once: the first time counts, and is told of', async (t) => {
  const made = newKey();
  await keys.create(made, 'cli:ada');
  const first = await keys.revoke(made.id, 'cli:bob');
  t.true(first?.revoked);
  t.true(first?.key.revokedAt instanceof Date);
  t.deepEqual(await keys.revoke(made.id, 'cli:eve'), first && { key: first.key, revoked: false });
  t.deepEqual(await told(made.id), [
    { caller: 'cli:ada', action: 'key-created' },
    { caller: 'cli:bob', action: 'key-revoked' },
  ]);
});

test('two that revoke a key at the same time both find it revoked, and one has done it', async (t) => {
  const made = newKey();
  await keys.create(made, 'cli:ada');
  const others = createApiKeysRepository(database.connect());
  const [one, other] = await Promise.all([keys.revoke(made.id, 'cli:one'), others.revoke(made.id, 'cli:other')]);
  t.not(one?.revoked, other?.revoked);
  t.deepEqual(one?.key, other?.key);
  t.is((await told(made.id)).length, 2);
});

test('a key that is not there cannot be revoked', async (t) => {
  const { id } = newKey();
  t.is(await keys.revoke(id, 'cli:ada'), undefined);
  t.deepEqual(await told(id), []);
});

test('keys are listed oldest first, revoked ones too, without their hashes', async (t) => {
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

test('a key whose audit entry cannot be written is not made', async (t) => {
  const own = await createTestDatabase(t);
  await own.sequelize.query("ALTER TABLE audit_log ADD CHECK (action <> 'key-created')");
  const made = newKey();
  await t.throwsAsync(createApiKeysRepository(own.sequelize).create(made, 'cli:ada'), { code: 'data-rejected' });
  t.deepEqual(await rowsOf(own.sequelize, 'SELECT * FROM api_keys'), []);
});

test('a database without the table is one whose migrations are to be applied', async (t) => {
  const { sequelize } = await createTestDatabase(t, { migrated: false });
  await t.throwsAsync(createApiKeysRepository(sequelize).find(newKey().id), { code: 'schema-outdated' });
});
