import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { product } from '../../../config/product.js';
import { makeToken, readToken } from '../../../platform/auth/api-key.js';
import { createApiKeysRepository } from '../../../platform/database/api-keys-repository.js';
import { start } from '../../../platform/testing/database/support/processes.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../../../platform/testing/support/postgres.js';
import { makeFolder } from '../../start/test/support/launcher.js';

const caller = `cli:${userInfo().username}`;
const tokenForm = new RegExp(`^${product.apiKeyPrefix}[A-Za-z0-9]{16}_[A-Za-z0-9_-]{43}\\n$`);

/** Runs `npm run keys -- <args>` on a test's database. */
function keys({ settings }: TestDatabase, ...args: string[]) {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const variables = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  return start('tools/start/keys.ts', args, { ...variables, ATLAS_ENV_FILE: '/dev/null' }).ended;
}

async function setUp(t: ExecutionContext) {
  const database = await createTestDatabase(t);
  const folder = makeFolder();
  t.teardown(folder.remove);
  return { database, file: join(folder.path, 'token'), repository: createApiKeysRepository(database.sequelize) };
}

const auditLog = ({ sequelize }: TestDatabase) =>
  rowsOf(sequelize, 'SELECT caller, action, subject FROM audit_log ORDER BY id');

test.serial('creates, lists and revokes a key, and records it in the audit log', async (t) => {
  const { database, repository } = await setUp(t);
  const made = await keys(database, 'create', '--name', 'billing', '--scopes', 'runs:write,runs:read');
  t.is(made.exitCode, 0, made.stderr);
  t.regex(made.stdout, tokenForm);
  const { id = '', secretHash } = readToken(made.stdout.trim()) ?? {};
  t.regex(made.stderr, new RegExp(`^Key ${id} of billing \\(runs:read, runs:write\\) created\\. .*\n$`));
  const stored = await repository.find(id);
  t.deepEqual(stored?.secretHash, secretHash);

  const table = await keys(database, 'list');
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
  t.regex(
    table.stdout,
    new RegExp(`^id +name +scopes +created +revoked\n${id}  billing  runs:read,runs:write  ${time}\n$`),
  );

  const revoked = await keys(database, 'revoke', id);
  t.like(revoked, { exitCode: 0, stderr: '' });
  t.regex(revoked.stdout, new RegExp(`^Key ${id} of billing .* revoked; it stops working within a second`));
  const again = await keys(database, 'revoke', id);
  t.is(again.exitCode, 0);
  t.regex(again.stdout, new RegExp(`was already revoked at ${time}\n$`));

  const { stdout } = await keys(database, 'list', '--json');
  t.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify(await repository.list())));
  t.notRegex(stdout, /secret|hash/i);
  t.deepEqual(await auditLog(database), [
    { caller, action: 'key-created', subject: id },
    { caller, action: 'key-revoked', subject: id },
  ]);
});

test.serial('writes a token to a new file that only its owner can read, and overwrites nothing', async (t) => {
  const { database, file, repository } = await setUp(t);
  const create = () => keys(database, 'create', '--name', 'billing', '--scopes', 'runs:read', '--output', file);
  const made = await create();
  t.is(made.exitCode, 0, made.stderr);
  t.is(statSync(file).mode & 0o777, 0o600);
  const token = readFileSync(file, 'utf8');
  t.regex(token, tokenForm);
  t.false(`${made.stdout}${made.stderr}`.includes(token.trim()));
  const again = await create();
  t.is(again.exitCode, 1);
  t.is(again.stderr, `${file} already exists; name a new file\n`);
  t.is(readFileSync(file, 'utf8'), token);
  t.is((await repository.list()).length, 1);
});

test.serial('removes the token file if the key cannot be created', async (t) => {
  const { database, file } = await setUp(t);
  await database.sequelize.query('DROP TABLE api_keys');
  const { exitCode, stderr } = await keys(database, 'create', '--name', 'a', '--scopes', 'runs:read', '--output', file);
  t.is(exitCode, 1);
  t.regex(stderr, /^The database schema is outdated; apply the migrations: npm run migrate -- up\n$/);
  t.false(existsSync(file));
});

test.serial('ensure creates the key of a token once, and keeps a revoked key revoked', async (t) => {
  const { database, file, repository } = await setUp(t);
  const token = makeToken(product);
  const { id = '' } = readToken(token) ?? {};
  writeFileSync(file, `${token}\n`);
  const ensure = () => keys(database, 'ensure', '--file', file, '--name', 'first', '--scopes', 'runs:admin');
  t.like(await ensure(), { exitCode: 0, stdout: `Key ${id} of first (runs:admin) created\n`, stderr: '' });
  t.like(await ensure(), { exitCode: 0, stdout: `Key ${id} of first (runs:admin) already exists\n` });
  await repository.revoke(id, 'cli:ada');
  const { exitCode, stdout } = await ensure();
  t.is(exitCode, 0);
  t.regex(stdout, /already exists; it stays revoked since .*\n$/);
  t.true((await repository.find(id))?.key.revokedAt instanceof Date);
  t.is((await auditLog(database)).length, 2);
});

test.serial('ensure rejects a missing file, a file without a token, and a token with a wrong secret', async (t) => {
  const { database, file, repository } = await setUp(t);
  const ensure = () => keys(database, 'ensure', '--file', file, '--name', 'first', '--scopes', 'runs:admin');
  const missing = await ensure();
  t.like(missing, { exitCode: 1, stderr: `the file ${file} cannot be read (ENOENT)\n` });
  writeFileSync(file, 'hush');
  const wrong = await ensure();
  t.is(wrong.exitCode, 1);
  t.regex(wrong.stderr, /contains no token/);
  t.notRegex(wrong.stderr, /hush/);
  const [one, other] = [makeToken(product), makeToken(product)];
  const credential = readToken(one);
  if (credential) await repository.create({ ...credential, name: 'ada', scopes: ['runs:read'] }, 'cli:ada');
  const secretAt = one.lastIndexOf('_', product.apiKeyPrefix.length + 16) + 1;
  writeFileSync(file, one.slice(0, secretAt) + other.slice(secretAt));
  const stranger = await ensure();
  t.is(stranger.exitCode, 1);
  t.regex(stranger.stderr, /has another secret/);
});

test.serial('exits with 1 for an unknown id, 64 for a wrong command line, 78 for invalid settings', async (t) => {
  const { database } = await setUp(t);
  const unknown = await keys(database, 'revoke', 'Abcdefgh01234567');
  t.like(unknown, { exitCode: 1, stdout: '' });
  t.is(unknown.stderr, 'No key has the id Abcdefgh01234567; list all keys with npm run keys -- list\n');
  const wrong = await keys(database, 'lst');
  t.is(wrong.exitCode, 64);
  t.regex(wrong.stderr, /^Unknown command: lst; did you mean list\?\nSee npm run keys -- --help\n$/);
  const elsewhere = await start('tools/start/keys.ts', ['list'], {
    ATLAS_ENV_FILE: '/dev/null',
    POSTGRES_HOST: 'db.example.com',
  }).ended;
  t.is(elsewhere.exitCode, 78);
  t.regex(elsewhere.stderr, /POSTGRES_PASSWORD: required for db\.example\.com/);
  const help = await start('tools/start/keys.ts', ['--help']).ended;
  t.like(help, { exitCode: 0, stderr: '' });
  t.regex(help.stdout, /runs:admin {2}Read, start/);
});

test.serial('without keys, list explains how to create one, and prints an empty list for scripts', async (t) => {
  const { database } = await setUp(t);
  t.like(await keys(database, 'list'), {
    exitCode: 0,
    stdout: '',
    stderr: 'No keys; create one with npm run keys -- create\n',
  });
  t.like(await keys(database, 'list', '--json'), { exitCode: 0, stdout: '[]\n', stderr: '' });
});
