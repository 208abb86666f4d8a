import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { parseEnvFile } from '../../platform/settings/env-file.js';
import { setInEnvFile, withVariable } from './env-file-edit.js';

function setUp(t: ExecutionContext, text?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-env-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, '.env');
  if (text !== undefined) writeFileSync(path, text, { mode: 0o644 });
  return { folder, path };
}

const values = [
  'sk_test_1',
  'a b ',
  ' $HOME',
  'a#b',
  "it's",
  '"x"',
  '`x`\'"'.slice(0, 4),
  '=',
  'a\\nb',
  'Zoë 😀',
  '$x}{$',
];
for (const value of values)
  test(`writes ${JSON.stringify(value)} so that it is read back unchanged`, (t) => {
    const text = withVariable('A=1\n', 'B_KEY', value);
    t.deepEqual(parseEnvFile(text).variables, { A: '1', B_KEY: value });
    t.is((parseEnv(text) as Record<string, string>)['B_KEY'], value);
  });

for (const value of ['a\nb', 'a\rb', 'a\0b', '\'"`'])
  test(`rejects ${JSON.stringify(value)} without showing it`, (t) => {
    const { message } = t.throws(() => withVariable('', 'B_KEY', value)) ?? { message: '' };
    t.regex(message, /cannot contain this value of B_KEY.*set B_KEY_FILE/);
    t.false(message.includes(value));
  });

test('keeps all other lines, comments and line endings', (t) => {
  const source = '# first\r\nexport B_KEY="1\r\n2" # old\r\n\r\nA=1 # one\r\nB_KEY=\'1\n2\'\r\nC=3';
  t.is(withVariable(source, 'B_KEY', 'new'), '# first\r\nB_KEY=new\r\n\r\nA=1 # one\r\nC=3');
  t.is(withVariable('A=1', 'B_KEY', 'x'), 'A=1\nB_KEY=x\n');
  t.is(withVariable('', 'B_KEY', 'x'), 'B_KEY=x\n');
  t.is(withVariable('#B_KEY=\n', 'B_KEY', 'x'), '#B_KEY=\nB_KEY=x\n');
});

test('changes no file that is invalid or names the file of the secret', (t) => {
  const { path } = setUp(t, 'A=1\nwrong\n');
  t.throws(() => setInEnvFile(path, 'B_KEY', 'x'), { message: /\.env, line 2: .*Correct it first/ });
  t.is(readFileSync(path, 'utf8'), 'A=1\nwrong\n');
  t.throws(() => withVariable('B_KEY_FILE=/there\n', 'B_KEY', 'x'), { message: /sets B_KEY_FILE/ });
});

test('only the owner can read the file afterwards', (t) => {
  const { folder, path } = setUp(t, 'A=1\n');
  setInEnvFile(path, 'B_KEY', 'x');
  t.is(statSync(path).mode & 0o777, 0o600);
  t.is(readFileSync(path, 'utf8'), 'A=1\nB_KEY=x\n');
  t.deepEqual(readdirSync(folder), ['.env']);
  const fresh = setUp(t);
  setInEnvFile(fresh.path, 'B_KEY', 'x');
  t.is(statSync(fresh.path).mode & 0o777, 0o600);
});

test('writes to the target of a link', (t) => {
  const { folder, path } = setUp(t, 'A=1\n');
  symlinkSync(path, join(folder, 'link'));
  setInEnvFile(join(folder, 'link'), 'B_KEY', 'x');
  t.is(readFileSync(path, 'utf8'), 'A=1\nB_KEY=x\n');
});

// A pipe in place of /dev/null: if this fails, it must not replace a device of the machine.
test('replaces nothing but files', (t) => {
  const { folder } = setUp(t);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [folder, pipe]) t.throws(() => setInEnvFile(path, 'B_KEY', 'x'), { message: /is not a file/ });
  t.true(statSync(pipe).isFIFO());
});
