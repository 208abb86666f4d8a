import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { product } from '../config/product.js';
import { readToken } from '../platform/auth/api-key.js';
import { withSecretFingerprints } from './ensure-secrets.js';
import { secretNames, secretPath } from './secrets.js';
import { stageConfiguration } from './stage-configuration.js';
import { createSecretsFixture, listFiles, plant, read } from './testing/secrets.js';
import { settingsFrom, synthesisedText } from './testing/synthesise.js';

const isRoot = process.getuid?.() === 0;

/** A secret, and the secret part of a token. */
const partsOf = (secret: string) => [secret, ...(readToken(secret) ? [secret.replace(/^[^_]+_[^_]+_/, '')] : [])];
const mode = (path: string) => statSync(path).mode & 0o777;

test("creates the files of every part and the deployer's copy of the key, and nothing else", (t) => {
  const { stage, files, ownKey, ensure } = createSecretsFixture(t);
  ensure();
  const made = readdirSync(stage.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const expected = [...files.map(({ path }) => path), ownKey, join(stage.secretsFolder, 'generation')];
  t.deepEqual(made.sort(), expected.sort());
});

test('all copies of a secret are equal, and all secrets differ', (t) => {
  const { pathsOf, ensure } = createSecretsFixture(t);
  ensure();
  const texts = secretNames.map((secret) => [...new Set(pathsOf(secret).map(read))]);
  t.true(texts.every((its) => its.length === 1));
  t.is(new Set(texts.flat()).size, secretNames.length);
});

test('a password is 32 random bytes in URL-safe characters without a line break', (t) => {
  const [one, other] = [createSecretsFixture(t), createSecretsFixture(t)];
  for (const { ensure } of [one, other]) ensure();
  for (const { path } of one.files.filter(({ secret }) => secret !== 'api-key'))
    t.regex(read(path), /^[A-Za-z0-9_-]{43}$/);
  for (const secret of secretNames) t.not(one.pathsOf(secret).map(read)[0], other.pathsOf(secret).map(read)[0]);
});

test('the key files contain only the token', (t) => {
  const { stage, pathsOf, ensure } = createSecretsFixture(t);
  ensure();
  for (const path of pathsOf('api-key')) t.truthy(readToken(read(path)), path);
  t.true(read(secretPath(stage, 'migrate', { file: 'api-key' })).startsWith(product.apiKeyPrefix));
});

test('only the migrate job gets the key', (t) => {
  const { files } = createSecretsFixture(t);
  t.deepEqual(
    files.filter(({ secret }) => secret === 'api-key').map(({ path }) => path.split('/').slice(-2)),
    [['migrate', 'api-key']],
  );
});

test('only the user who deploys can read the copy of the key', (t) => {
  const { ownKey, ensure } = createSecretsFixture(t);
  ensure();
  t.is(mode(ownKey), 0o600);
  t.is(statSync(ownKey).uid, process.getuid?.() ?? 0);
});

test('closes the folders to other users, even existing ones', (t) => {
  const { stage, files, ensure } = createSecretsFixture(t);
  mkdirSync(stage.secretsFolder, { recursive: true });
  for (const folder of [stage.folder, stage.secretsFolder]) chmodSync(folder, 0o755);
  ensure();
  const holderFolders = files.map(({ path }) => dirname(path));
  for (const folder of [stage.folder, stage.secretsFolder, ...holderFolders]) t.is(mode(folder), 0o700, folder);
});

test('a file is read-only and owned by the user of its container', (t) => {
  const { files, ensure } = createSecretsFixture(t);
  ensure();
  for (const { path } of files) t.is(mode(path) & 0o333, 0, path);
  if (!isRoot) {
    t.log('Does not check owners: only root can change them');
    return;
  }
  for (const { path, uid } of files) t.like(statSync(path), { uid, gid: uid, mode: 0o100400 }, path);
});

test('changes nothing that exists', (t) => {
  const { stage, ensure } = createSecretsFixture(t);
  ensure();
  const before = listFiles(stage.folder);
  ensure();
  t.deepEqual(listFiles(stage.folder), before);
});

test('restores a missing copy from the others', (t) => {
  const { files, ensure } = createSecretsFixture(t);
  ensure();
  for (const { path, secret } of files.filter((file) => file.secret !== 'superuser-password')) {
    const before = read(path);
    unlinkSync(path);
    ensure();
    t.is(read(path), before, `${secret} in ${path}`);
  }
});

test('copies a secret that the user placed', (t) => {
  const { pathsOf, ensure } = createSecretsFixture(t);
  ensure();
  const [first = '', ...others] = pathsOf('temporal-password');
  for (const path of others) unlinkSync(path);
  plant(first, 'chosen');
  ensure();
  t.deepEqual(pathsOf('temporal-password').map(read), ['chosen', 'chosen', 'chosen']);
});

test('ignores a partially written file', (t) => {
  const { files, ensure } = createSecretsFixture(t);
  ensure();
  const [{ path, secret }] = files as [(typeof files)[number]];
  for (const other of files.filter((file) => file.secret === secret)) unlinkSync(other.path);
  writeFileSync(`${path}.partial`, 'half');
  ensure();
  t.regex(read(path), /^[A-Za-z0-9_-]{43}$/);
  t.false(existsSync(`${path}.partial`));
});

test('containers mount existing files, and no secret is in the Terraform configuration', (t) => {
  const { env, stage, files, ownKey, ensure } = createSecretsFixture(t);
  ensure();
  const secrets = [...files.map(({ path }) => path), ownKey].map(read);
  for (const ATLAS_STATE_BACKEND of ['local', 'pg']) {
    const text = synthesisedText({
      ...env,
      ATLAS_STATE_BACKEND,
      PG_CONN_STR: 'postgres://canary-user:canary-password@canary-host/canary',
      POSTGRES_PASSWORD: 'canary-of-this-machine',
      TEMPORAL_API_KEY: 'canary-key',
    });
    t.false(text.includes('canary'));
    for (const { path } of files) t.true(text.includes(JSON.stringify(path)), `${path} is mounted`);
    t.false(text.includes(JSON.stringify(ownKey)));
    for (const secret of secrets) t.false(text.includes(secret));
  }
  const { apiKeyId = '' } = withSecretFingerprints(stage);
  const text = stageConfiguration(settingsFrom(env), withSecretFingerprints(stage), {});
  t.true(text.includes(apiKeyId));
  for (const secret of secrets) for (const part of partsOf(secret)) t.false(text.includes(part));
});
