import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { FileChanges } from './file-changes.js';

function begin(t: ExecutionContext) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-changes-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'old/inner'), { recursive: true });
  writeFileSync(join(root, 'old/inner/a'), 'a');
  writeFileSync(join(root, 'kept'), 'kept');
  return { root, changes: new FileChanges(root) };
}

test('writes and removes files only when applied, and keeps their modes', (t) => {
  const { root, changes } = begin(t);
  chmodSync(join(root, 'kept'), 0o755);
  changes.write('kept', 'changed');
  changes.write('new/b', 'b');
  changes.remove('old');
  t.deepEqual([changes.read('kept'), changes.exists('old/inner/a'), changes.exists('new/b')], ['changed', false, true]);
  t.deepEqual(changes.paths(), ['kept', 'new/b', 'old/inner/a']);
  t.is(readFileSync(join(root, 'kept'), 'utf8'), 'kept');
  changes.apply();
  t.is(readFileSync(join(root, 'kept'), 'utf8'), 'changed');
  t.is(statSync(join(root, 'kept')).mode & 0o777, 0o755);
  t.is(readFileSync(join(root, 'new/b'), 'utf8'), 'b');
  t.false(existsSync(join(root, 'old')), 'empty folders are removed too');
});

test('an equal content and a missing file are no changes', (t) => {
  const { changes } = begin(t);
  changes.write('kept', 'kept');
  changes.remove('missing');
  t.deepEqual(changes.paths(), []);
});

test('takes all changes back, on request and if one fails', (t) => {
  const { root, changes } = begin(t);
  changes.remove('old');
  changes.write('new/b', 'b');
  changes.apply()();
  t.true(existsSync(join(root, 'old/inner/a')));
  t.false(existsSync(join(root, 'new')));
  changes.write('kept/below-a-file', 'x');
  t.throws(() => changes.apply());
  t.true(existsSync(join(root, 'old/inner/a')));
  t.is(readFileSync(join(root, 'kept'), 'utf8'), 'kept');
  t.false(existsSync(join(root, 'new')));
});
