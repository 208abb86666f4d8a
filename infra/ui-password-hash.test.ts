import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ensureSecrets, hasSecrets, readSecret, withSecretFingerprints } from './ensure-secrets.js';
import { holders, secretNames, secretPath } from './secrets.js';
import { stageFrom } from './testing/synthesise.js';

/** Stages in one folder with different passwords of the login, and the path of the hash. */
function setUp(t: ExecutionContext) {
  const stages = mkdtempSync(join(tmpdir(), 'atlas-stages-'));
  t.teardown(() => rmSync(stages, { recursive: true }));
  const stageWith = (DEPLOY_UI_PASSWORD?: string) =>
    stageFrom({ ATLAS_STAGE: 'staging', ATLAS_STAGES_DIR: stages, DEPLOY_UI_PASSWORD });
  return { stageWith, path: secretPath(stageWith(), 'ui-login', holders['ui-login'].mounts[0]) };
}

const read = (path: string) => readFileSync(path, 'utf8');

test('stores only the hash of the UI password, and replaces it with the password', (t) => {
  const { stageWith, path } = setUp(t);
  const stage = stageWith('canary of 27 characters: $2a');
  ensureSecrets(stageWith());
  t.false(existsSync(path));
  t.true(hasSecrets(stageWith()));
  t.false(hasSecrets(stage));
  t.is(withSecretFingerprints(stage).uiLoginFingerprint, undefined);

  const others = secretNames.map((name) => readSecret(stage, name));
  ensureSecrets(stage);
  const hash = read(path);
  t.regex(hash, /^\$2[aby]\$10\$[./A-Za-z0-9]{53}$/);
  t.true(hasSecrets(stage));
  if (process.getuid?.() === 0) t.deepEqual([statSync(path).mode & 0o777, statSync(path).uid], [0o400, 1000]);
  const fingerprint = withSecretFingerprints(stage).uiLoginFingerprint;
  t.regex(fingerprint ?? '', /^[0-9a-f]{12}$/);

  ensureSecrets(stage);
  t.is(read(path), hash, 'the same password keeps the hash');
  t.deepEqual(
    [withSecretFingerprints(stage).uiLoginFingerprint, withSecretFingerprints(stageWith()).uiLoginFingerprint],
    [fingerprint, undefined],
  );

  const another = stageWith('another password');
  t.false(hasSecrets(another));
  t.is(withSecretFingerprints(another).uiLoginFingerprint, undefined);
  ensureSecrets(another);
  t.not(read(path), hash);
  t.not(withSecretFingerprints(another).uiLoginFingerprint, fingerprint);
  t.false(hasSecrets(stage));
  t.deepEqual(
    secretNames.map((name) => readSecret(stage, name)),
    others,
  );
  const texts = readdirSync(stage.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => read(join(entry.parentPath, entry.name)));
  for (const text of texts) t.notRegex(text, /canary|another password/);
});

test('replaces an invalid hash', (t) => {
  const { stageWith, path } = setUp(t);
  const stage = stageWith('a password of 27 characters');
  for (const text of ['', 'x', `$9z$10$${'x'.repeat(53)}`]) {
    ensureSecrets(stage);
    rmSync(path);
    writeFileSync(path, text);
    t.false(hasSecrets(stage));
    ensureSecrets(stage);
    t.true(hasSecrets(stage), text);
  }
});
