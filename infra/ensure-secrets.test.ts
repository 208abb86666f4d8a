import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Testing } from 'cdktf';
import { readToken } from '../platform/auth/api-key.js';
import type { Environment } from '../platform/settings/settings.js';
import { ensureSecrets, hasSecrets, readSecret, withSecretFingerprints } from './ensure-secrets.js';
import {
  apiKeyPath,
  holders,
  type SecretHolder,
  type SecretMount,
  type SecretName,
  secretNames,
  secretPath,
  uiPasswordHash,
} from './secrets.js';
import { StageStack } from './stacks/stage-stack.js';
import { stageOf } from './stage.js';
import { settingsFrom, synthesisedText } from './testing/synthesise.js';

const isRoot = process.getuid?.() === 0;

function setUp(t: ExecutionContext) {
  const stages = mkdtempSync(join(tmpdir(), 'atlas-stages-'));
  t.teardown(() => rmSync(stages, { recursive: true }));
  const env: Environment = { ATLAS_STAGE: 'staging', ATLAS_STAGES_DIR: stages };
  const stage = stageOf(settingsFrom(env));
  const files = Object.entries(holders)
    .flatMap(([holder, { uid, mounts }]) =>
      (mounts as readonly SecretMount[]).map((mount) => ({
        secret: mount.secret,
        uid,
        path: secretPath(stage, holder as SecretHolder, mount),
      })),
    )
    .filter((file): file is typeof file & { secret: SecretName } => file.secret !== uiPasswordHash);
  const ownKey = apiKeyPath(stage);
  const pathsOf = (secret: SecretName) => [
    ...(secret === 'api-key' ? [ownKey] : []),
    ...files.filter((file) => file.secret === secret).map(({ path }) => path),
  ];
  return { env, stage, files, ownKey, pathsOf, ensure: () => ensureSecrets(stage) };
}

const read = (path: string) => readFileSync(path, 'utf8');
/** A secret, and what of a token must not be told even alone. */
const partsOf = (secret: string) => [secret, ...(readToken(secret) ? [secret.replace(/^atlas_[^_]+_/, '')] : [])];
const mode = (path: string) => statSync(path).mode & 0o777;
/** Puts another text into a secret's file, which is read-only. */
function plant(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o400 });
}
const everything = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => {
      const { ino, mtimeMs, mode: bits, uid } = statSync(path);
      return { path, ino, mtimeMs, bits, uid };
    });

test("makes every file of every part, the key's for whoever deploys, and nothing else", (t) => {
  const { stage, files, ownKey, ensure } = setUp(t);
  ensure();
  const made = readdirSync(stage.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const expected = [...files.map(({ path }) => path), ownKey, join(stage.secretsFolder, 'generation')];
  t.deepEqual(made.sort(), expected.sort());
});

test('a secret is one text in all its files, and no two secrets are the same', (t) => {
  const { pathsOf, ensure } = setUp(t);
  ensure();
  const texts = secretNames.map((secret) => [...new Set(pathsOf(secret).map(read))]);
  t.true(texts.every((its) => its.length === 1));
  t.is(new Set(texts.flat()).size, secretNames.length);
});

test('a password has 32 random bytes, without a line break or what a shell or an address would read', (t) => {
  const [one, other] = [setUp(t), setUp(t)];
  for (const { ensure } of [one, other]) ensure();
  for (const { path } of one.files.filter(({ secret }) => secret !== 'api-key'))
    t.regex(read(path), /^[A-Za-z0-9_-]{43}$/);
  for (const secret of secretNames) t.not(one.pathsOf(secret).map(read)[0], other.pathsOf(secret).map(read)[0]);
});

test('the key is a token, whole and alone in its files', (t) => {
  const { stage, pathsOf, ensure } = setUp(t);
  ensure();
  for (const path of pathsOf('api-key')) t.truthy(readToken(read(path)), path);
  t.true(read(secretPath(stage, 'migrate', { secret: 'api-key', file: 'api-key' })).startsWith('atlas_'));
});

test('the key is given to the job that makes it, and to no other container', (t) => {
  const { files } = setUp(t);
  t.deepEqual(
    files.filter(({ secret }) => secret === 'api-key').map(({ path }) => path.split('/').slice(-2)),
    [['migrate', 'api-key']],
  );
});

test('whoever deploys can read the key, and nobody else', (t) => {
  const { ownKey, ensure } = setUp(t);
  ensure();
  t.is(mode(ownKey), 0o600);
  t.is(statSync(ownKey).uid, process.getuid?.() ?? 0);
});

test('nobody else can enter the folders, also where they were open before', (t) => {
  const { stage, files, ensure } = setUp(t);
  mkdirSync(stage.secretsFolder, { recursive: true });
  for (const folder of [stage.folder, stage.secretsFolder]) chmodSync(folder, 0o755);
  ensure();
  const holderFolders = files.map(({ path }) => dirname(path));
  for (const folder of [stage.folder, stage.secretsFolder, ...holderFolders]) t.is(mode(folder), 0o700, folder);
});

test('a file is read-only and belongs to the user of the container that reads it', (t) => {
  const { files, ensure } = setUp(t);
  ensure();
  for (const { path } of files) t.is(mode(path) & 0o333, 0, path);
  if (!isRoot) {
    t.log('The files’ owners are not looked at: only root can give a file to another user');
    return;
  }
  for (const { path, uid } of files) t.like(statSync(path), { uid, gid: uid, mode: 0o100400 }, path);
});

test('what is there is not changed', (t) => {
  const { stage, ensure } = setUp(t);
  ensure();
  const before = everything(stage.folder);
  ensure();
  t.deepEqual(everything(stage.folder), before);
});

test('a copy that is gone is made again from the others', (t) => {
  const { files, ensure } = setUp(t);
  ensure();
  for (const { path, secret } of files.filter((file) => file.secret !== 'superuser-password')) {
    const before = read(path);
    unlinkSync(path);
    ensure();
    t.is(read(path), before, `${secret} in ${path}`);
  }
});

test('a text that was put there is what the others get', (t) => {
  const { pathsOf, ensure } = setUp(t);
  ensure();
  const [first = '', ...others] = pathsOf('temporal-password');
  for (const path of others) unlinkSync(path);
  plant(first, 'chosen');
  ensure();
  t.deepEqual(pathsOf('temporal-password').map(read), ['chosen', 'chosen', 'chosen']);
});

test('copies that disagree are refused with their paths but not their texts, and stay as they are', (t) => {
  const { stage, pathsOf, ensure } = setUp(t);
  ensure();
  const paths = pathsOf('app-password');
  plant(paths[1] ?? '', 'canary');
  const gone = paths[2] ?? '';
  unlinkSync(gone);
  for (const path of pathsOf('superuser-password')) unlinkSync(path);
  const before = everything(stage.folder);
  const error = t.throws(ensure, { name: 'SecretsDisagree', code: 'secrets-disagree' });
  const there = paths.filter((path) => path !== gone);
  t.true(there.every((path) => error?.message.includes(path)));
  t.false(error?.message.includes(gone));
  for (const text of there.map(read)) t.false(error?.message.includes(text));
  t.deepEqual(everything(stage.folder), before);
});

test('a file that was left half written is not taken for the secret', (t) => {
  const { files, ensure } = setUp(t);
  ensure();
  const [{ path, secret }] = files as [(typeof files)[number]];
  for (const other of files.filter((file) => file.secret === secret)) unlinkSync(other.path);
  writeFileSync(`${path}.partial`, 'half');
  ensure();
  t.regex(read(path), /^[A-Za-z0-9_-]{43}$/);
  t.false(existsSync(`${path}.partial`));
});

test('every file that a container mounts is there, and no secret is in what Terraform is given', (t) => {
  const { env, stage, files, ownKey, ensure } = setUp(t);
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
  const stack = new StageStack(Testing.app(), 'stack', {
    settings: settingsFrom(env),
    stage: withSecretFingerprints(stage),
  });
  const text = JSON.stringify(stack.toTerraform());
  t.true(text.includes(apiKeyId));
  for (const secret of secrets) for (const part of partsOf(secret)) t.false(text.includes(part));
});

test('a new password begins a new generation, a copy of an old one does not', (t) => {
  const { stage, pathsOf, ensure } = setUp(t);
  t.is(withSecretFingerprints(stage).secretsGeneration, undefined);
  ensure();
  const { secretsGeneration: first } = withSecretFingerprints(stage);
  t.regex(first ?? '', /^[0-9a-f]{12}$/);
  unlinkSync(pathsOf('app-password')[0] ?? '');
  ensure();
  t.is(withSecretFingerprints(stage).secretsGeneration, first);
  for (const path of pathsOf('app-password')) unlinkSync(path);
  ensure();
  t.not(withSecretFingerprints(stage).secretsGeneration, first);
});

test('a key that was lost is made anew, known by its id, and no new generation begins', (t) => {
  const { stage, pathsOf, ensure } = setUp(t);
  ensure();
  const before = withSecretFingerprints(stage);
  t.is(before.apiKeyId, read(pathsOf('api-key')[0] ?? '').split('_')[1]);
  for (const path of pathsOf('api-key')) unlinkSync(path);
  t.false(hasSecrets(stage));
  ensure();
  const after = withSecretFingerprints(stage);
  t.is(after.secretsGeneration, before.secretsGeneration);
  t.regex(after.apiKeyId ?? '', /^[A-Za-z0-9]{16}$/);
  t.not(after.apiKeyId, before.apiKeyId);
});

test('a key that was put there, as an editor saves it, is known by its id; what is no key has none', (t) => {
  const { stage, ownKey, pathsOf, ensure } = setUp(t);
  for (const [text, id] of [
    [`atlas_Abcdefgh01234567_${'s'.repeat(43)}\n`, 'Abcdefgh01234567'],
    ['no key', undefined],
  ] as const) {
    ensure();
    for (const path of pathsOf('api-key')) unlinkSync(path);
    plant(ownKey, text);
    ensure();
    t.deepEqual(pathsOf('api-key').map(read), [text, text]);
    t.is(withSecretFingerprints(stage).apiKeyId, id);
  }
});

test('where the copies of the key disagree, what needs no secret goes on', (t) => {
  const { stage, ownKey, ensure } = setUp(t);
  ensure();
  plant(ownKey, 'other');
  t.throws(ensure, { code: 'secrets-disagree' });
  t.is(withSecretFingerprints(stage).apiKeyId, undefined);
});

test('a secret is read as its files hold it, and is not made by that', (t) => {
  const { stage, pathsOf, ensure } = setUp(t);
  t.is(readSecret(stage, 'superuser-password'), undefined);
  t.false(existsSync(stage.secretsFolder));
  ensure();
  t.is(readSecret(stage, 'superuser-password'), read(pathsOf('superuser-password')[0] ?? ''));
});

test('a file that holds nothing is no secret', (t) => {
  const { stage, pathsOf, ensure } = setUp(t);
  ensure();
  for (const path of pathsOf('temporal-password')) {
    unlinkSync(path);
    writeFileSync(path, '');
  }
  t.throws(() => readSecret(stage, 'temporal-password'), { code: 'secret-empty', message: /is empty/ });
  t.throws(ensure, { code: 'secret-empty' });
});

test('a file of a secret that an editor saved in another encoding is refused', (t) => {
  const { stage, pathsOf, ensure } = setUp(t);
  ensure();
  const [path = ''] = pathsOf('app-password');
  for (const bytes of [
    Buffer.from(`\ufeff${read(path)}`),
    Buffer.from('\ufeffa', 'utf16le'),
    Buffer.from('é', 'latin1'),
  ]) {
    unlinkSync(path);
    writeFileSync(path, bytes);
    t.throws(() => readSecret(stage, 'app-password'), { code: 'secret-edited', message: /Save it as UTF-8/ });
    t.throws(ensure, { code: 'secret-edited' });
  }
});
