import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { isRunning, ownProcess, processIdentity } from '../../cli/processes.mjs';
import type { ProcessId, RunRecord } from './protocol.js';
import { claimRunFile, readRunRecord } from './run-file.js';

function makeRunFile(t: ExecutionContext, content?: RunRecord | string): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'run.json');
  if (content !== undefined) writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** A process that runs until it is killed. */
async function startSleeper(t: ExecutionContext): Promise<ProcessId & { process: ChildProcess }> {
  const child = spawn('sleep', ['600'], { detached: true });
  await once(child, 'spawn');
  t.teardown(() => child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  return { pid, identity: processIdentity(pid) ?? '', process: child };
}

const ended: ProcessId = { pid: process.pid, identity: 'of an earlier process with this pid' };
const record = (parts: Partial<RunRecord>): RunRecord => ({
  id: 'earlier',
  launcher: ended,
  children: [],
  addresses: {},
  ...parts,
});
const child = ({ pid, identity }: ProcessId) => ({
  ...{ pid, identity, service: 'postgres', startOrder: 1 },
  stop: { signal: 'SIGTERM', boundMs: 2_000 } as const,
});

test('claims a free folder', async (t) => {
  const file = makeRunFile(t);
  const claimed = await claimRunFile(file, '/data');
  t.deepEqual(claimed.launcher, ownProcess());
  t.deepEqual(readRunRecord(file), claimed);
});

test('one of several claims at the same time wins', async (t) => {
  const file = makeRunFile(t);
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => claimRunFile(file, '/data')));
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const result of results) {
    if (result.status === 'rejected') t.is(result.reason.code, 'already-running');
  }
});

test('the error names the addresses of the running platform and how to stop it', async (t) => {
  const launcher = await startSleeper(t);
  const file = makeRunFile(t, record({ launcher, addresses: { API: 'http://127.0.0.1:3000' } }));
  const error = await t.throwsAsync(claimRunFile(file, '/data'), { code: 'already-running' });
  for (const part of [`process ${launcher.pid}`, 'http://127.0.0.1:3000', '/data', `kill ${launcher.pid}`])
    t.true(error.message.includes(part), part);
  t.true(isRunning(launcher));
});

test('stops the processes of a killed start before the claim', async (t) => {
  const left = await startSleeper(t);
  const file = makeRunFile(t, record({ children: [child(left)] }));
  const claimed = await claimRunFile(file, '/data');
  t.false(isRunning(left));
  t.is(readRunRecord(file)?.id, claimed.id);
  t.deepEqual(readdirSync(join(file, '..')), ['run.json']);
});

test('one of several claims after a killed start wins, and its processes are stopped', async (t) => {
  const left = await startSleeper(t);
  const file = makeRunFile(t, record({ children: [child(left)] }));
  const results = await Promise.allSettled([1, 2, 3].map(() => claimRunFile(file, '/data')));
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 1);
  t.false(isRunning(left));
});

test('does not stop another process with the pid of an ended one', async (t) => {
  const other = await startSleeper(t);
  const file = makeRunFile(t, record({ children: [child({ pid: other.pid, identity: 'of the one before' })] }));
  await claimRunFile(file, '/data');
  t.true(isRunning(other));
});

test('waits for a platform that its supervisor is stopping', async (t) => {
  const supervisor = await startSleeper(t);
  const file = makeRunFile(t, record({ supervisor }));
  const exit = once(supervisor.process, 'exit');
  let claim: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve) => {
    claim = claimRunFile(file, '/data', resolve);
  });
  await setImmediate();
  supervisor.process.kill('SIGTERM');
  await claim;
  t.deepEqual(await exit, [null, 'SIGTERM'], 'it ended by itself');
});

test('takes over a run file that a full disk left incomplete', async (t) => {
  const file = makeRunFile(t, '{"id":');
  await claimRunFile(file, '/data');
  t.true(existsSync(file));
});
