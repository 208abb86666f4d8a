import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { sharedCopy } from './binaries.js';

function setUp(t: ExecutionContext) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const native = join(root, 'native');
  mkdirSync(join(native, 'bin'), { recursive: true, mode: 0o700 });
  writeFileSync(join(native, 'bin/postgres'), 'program', { mode: 0o700 });
  symlinkSync('postgres', join(native, 'bin/link'));
  const shared = join(root, 'shared/postgresql');
  return { native, shared, copy: () => sharedCopy(native, shared) };
}

test('all users can read the shared copy of the binaries, which is created once', (t) => {
  const { native, shared, copy } = setUp(t);
  t.is(copy(), shared);
  t.is(statSync(join(shared, 'bin/postgres')).mode & 0o555, 0o555);
  t.is(readlinkSync(join(shared, 'bin/link')), 'postgres');
  const { ino } = statSync(join(shared, 'bin/postgres'));
  copy();
  t.is(statSync(join(shared, 'bin/postgres')).ino, ino);
  t.deepEqual(readdirSync(join(shared, '..')), ['postgresql']);
  t.true(existsSync(native));
});

test('replaces a shared copy that is incomplete or has other binaries', (t) => {
  const { native, shared, copy } = setUp(t);
  copy();
  rmSync(join(shared, 'bin/postgres'));
  copy();
  t.is(readFileSync(join(shared, 'bin/postgres'), 'utf8'), 'program');
  writeFileSync(join(shared, 'bin/postgres'), 'prog');
  copy();
  t.is(readFileSync(join(shared, 'bin/postgres'), 'utf8'), 'program');
  writeFileSync(join(native, 'bin/initdb'), 'of another build');
  copy();
  t.deepEqual(readdirSync(join(shared, 'bin')).sort(), ['initdb', 'link', 'postgres']);
  t.deepEqual(readdirSync(join(shared, '..')), ['postgresql']);
});
