import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { lockFile } from './lock-file.js';
import { ownProcess } from './processes.mjs';

function lockIn(t: ExecutionContext, content?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-lock-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'lock.json');
  if (content !== undefined) writeFileSync(file, content);
  return file;
}
const own = ownProcess();

test('names the process that holds the lock', async (t) => {
  const file = lockIn(t);
  const holder = { ...own, command: 'deploy' };
  t.is(await lockFile(file, holder), undefined);
  t.deepEqual(await lockFile(file, { ...own, command: 'destroy' }), holder);
});

test('one of several attempts at the same time gets the lock', async (t) => {
  const file = lockIn(t, JSON.stringify({ pid: 1, identity: 'of an earlier process' }));
  const results = await Promise.all([1, 2, 3, 4].map(() => lockFile(file, own)));
  t.is(results.filter((holder) => holder === undefined).length, 1);
});

for (const [what, holder] of Object.entries({
  'a process that has ended': { pid: spawnSync(process.execPath, ['-e', '']).pid, identity: 'its own' },
  'an earlier process with the pid of a running one': { ...own, identity: 'of the earlier process' },
}))
  test(`takes over the lock of ${what}`, async (t) => {
    const file = lockIn(t, JSON.stringify(holder));
    t.is(await lockFile(file, own), undefined);
    t.deepEqual(JSON.parse(readFileSync(file, 'utf8')), own);
    t.deepEqual(readdirSync(dirname(file)), ['lock.json']);
  });

test('waits for a file that another process is writing', async (t) => {
  const file = lockIn(t, '');
  const descriptor = openSync(file, 'r+');
  const locking = lockFile(file, own);
  writeSync(descriptor, JSON.stringify(own));
  closeSync(descriptor);
  t.deepEqual(await locking, own);
});

test('takes over a file that a full disk left incomplete', async (t) => {
  const file = lockIn(t, '{"pid":');
  t.is(await lockFile(file, own), undefined);
  t.true(existsSync(file));
});
