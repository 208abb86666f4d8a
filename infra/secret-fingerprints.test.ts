import { unlinkSync } from 'node:fs';
import test from 'ava';
import { hasSecrets, withSecretFingerprints } from './ensure-secrets.js';
import { createSecretsFixture, plant, read } from './testing/secrets.js';

test('a new password starts a new generation, a restored copy does not', (t) => {
  const { stage, pathsOf, ensure } = createSecretsFixture(t);
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

test('replaces a lost key, exposes its id, and starts no generation', (t) => {
  const { stage, pathsOf, ensure } = createSecretsFixture(t);
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

test('exposes the id of a key that the user placed, and none for an invalid key', (t) => {
  const { stage, ownKey, pathsOf, ensure } = createSecretsFixture(t);
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

test('exposes no key id when the copies of the key differ', (t) => {
  const { stage, ownKey, ensure } = createSecretsFixture(t);
  ensure();
  plant(ownKey, 'other');
  t.throws(ensure, { code: 'secrets-disagree' });
  t.is(withSecretFingerprints(stage).apiKeyId, undefined);
});
