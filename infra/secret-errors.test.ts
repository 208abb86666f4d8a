import { existsSync, unlinkSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { readSecret } from './ensure-secrets.js';
import { createSecretsFixture, listFiles, plant, read } from './testing/secrets.js';

test('rejects copies that differ, shows paths without contents, and changes nothing', (t) => {
  const { stage, pathsOf, ensure } = createSecretsFixture(t);
  ensure();
  const paths = pathsOf('app-password');
  plant(paths[1] ?? '', 'canary');
  const gone = paths[2] ?? '';
  unlinkSync(gone);
  for (const path of pathsOf('superuser-password')) unlinkSync(path);
  const before = listFiles(stage.folder);
  const error = t.throws(ensure, { name: 'SecretsDisagree', code: 'secrets-disagree' });
  const there = paths.filter((path) => path !== gone);
  t.true(there.every((path) => error?.message.includes(path)));
  t.false(error?.message.includes(gone));
  for (const text of there.map(read)) t.false(error?.message.includes(text));
  t.deepEqual(listFiles(stage.folder), before);
});

test('reads a secret without creating it', (t) => {
  const { stage, pathsOf, ensure } = createSecretsFixture(t);
  t.is(readSecret(stage, 'superuser-password'), undefined);
  t.false(existsSync(stage.secretsFolder));
  ensure();
  t.is(readSecret(stage, 'superuser-password'), read(pathsOf('superuser-password')[0] ?? ''));
});

test('rejects an empty file', (t) => {
  const { stage, pathsOf, ensure } = createSecretsFixture(t);
  ensure();
  for (const path of pathsOf('temporal-password')) {
    unlinkSync(path);
    writeFileSync(path, '');
  }
  t.throws(() => readSecret(stage, 'temporal-password'), { code: 'secret-empty', message: /is empty/ });
  t.throws(ensure, { code: 'secret-empty' });
});

test('rejects a file in another encoding', (t) => {
  const { stage, pathsOf, ensure } = createSecretsFixture(t);
  ensure();
  const [path = ''] = pathsOf('app-password');
  for (const bytes of [
    Buffer.from(`\ufeff${read(path)}`),
    Buffer.from('\ufeffa', 'utf16le'),
    Buffer.from('é', 'latin1'),
  ]) {
    unlinkSync(path);
    writeFileSync(path, bytes);
    t.throws(() => readSecret(stage, 'app-password'), { code: 'secret-edited', message: /save it as UTF-8/ });
    t.throws(ensure, { code: 'secret-edited' });
  }
});
