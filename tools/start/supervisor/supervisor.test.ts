import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { until } from '../../../platform/testing/support/until.js';
import { hasEnded, isRunning, processIdentity } from '../../cli/processes.mjs';
import type { ChildSpec, ProcessId } from './protocol.js';
import { claimRunFile, readRunRecord } from './run-file.js';
import { type Child, type StopReport, Supervisor } from './supervisor.js';

async function setUp(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  const runFile = join(folder, 'run.json');
  const record = await claimRunFile(runFile, folder);
  const supervisor = new Supervisor({ runFile, record, removeAtEnd: folder }, join(folder, 'supervisor.log'));
  t.teardown(() => supervisor.abortAll());
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const reports: StopReport[] = [];
  supervisor.onStop = (report) => reports.push(report);
  return { folder, runFile, supervisor, reports };
}

const spec = (folder: string, service: string, startOrder: number, script = 'exec sleep 600'): ChildSpec => ({
  ...{
    service,
    startOrder,
    command: '/bin/sh',
    args: ['-c', script],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: '/',
  },
  logFile: join(folder, `${service}.log`),
  stop: { signal: 'SIGTERM', boundMs: 300 },
});

const idOf = ({ pid }: Child): ProcessId => ({ pid, identity: processIdentity(pid) ?? '' });

test('stops children in reverse start order, then removes the folder', async (t) => {
  const { folder, supervisor, reports } = await setUp(t);
  const children = [];
  for (const [service, startOrder] of [
    ['worker', 3],
    ['postgres', 1],
    ['api', 4],
  ] as const)
    children.push(idOf(await supervisor.spawn(spec(folder, service, startOrder))));
  await supervisor.stopAll();
  const stopped = reports.filter(({ type }) => type === 'stopped').map(({ service }) => service);
  t.deepEqual(stopped, ['api', 'worker', 'postgres']);
  t.false(children.some(isRunning));
  t.false(existsSync(folder));
});

test('kills a child that does not stop in time, and its own children', async (t) => {
  const { folder, supervisor, reports } = await setUp(t);
  const deaf = await supervisor.spawn(spec(folder, 'worker', 3, 'trap "" TERM; echo deaf; while :; do sleep 1; done'));
  await until('the child ignores SIGTERM', () => readFileSync(deaf.spec.logFile, 'utf8').includes('deaf'));
  await supervisor.stopAll();
  t.like(reports.at(-1), { type: 'stopped', service: 'worker', forced: true });
  t.is(deaf.exit?.signal, 'SIGKILL');
});

test('the run file names the running children only', async (t) => {
  const { folder, runFile, supervisor } = await setUp(t);
  const postgres = await supervisor.spawn(spec(folder, 'postgres', 1));
  const worker = await supervisor.spawn(spec(folder, 'worker', 3));
  t.deepEqual(
    readRunRecord(runFile)?.children.map(({ pid }) => pid),
    [postgres.pid, worker.pid],
  );
  await supervisor.stop(worker);
  t.deepEqual(
    readRunRecord(runFile)?.children.map(({ pid }) => pid),
    [postgres.pid],
  );
  t.like(await worker.exited, { signal: 'SIGTERM', asked: true });
});

test('stops the older of two children of a service', async (t) => {
  const { folder, supervisor } = await setUp(t);
  const older = await supervisor.spawn(spec(folder, 'api', 4));
  const newer = await supervisor.spawn(spec(folder, 'api', 4));
  await supervisor.stop(older);
  t.like(older.exit, { signal: 'SIGTERM', asked: true });
  t.is(newer.exit, undefined);
  t.true(isRunning(idOf(newer)));
});

test('distinguishes a child that exits by itself from one that was stopped', async (t) => {
  const { folder, supervisor } = await setUp(t);
  const child = await supervisor.spawn(spec(folder, 'worker', 3, 'exit 3'));
  t.like(await child.exited, { code: 3, asked: false });
});

test('a child that waits goes on with its input, and stops without a report', async (t) => {
  const { folder, supervisor, reports } = await setUp(t);
  const waiting = (service: string) => ({ ...spec(folder, service, 3, 'read line; echo "$line"'), waits: true });
  const spare = await supervisor.spawn(waiting('spare'));
  const released = await supervisor.spawn(waiting('worker'));
  supervisor.release(released, 'now\n');
  t.like(await released.exited, { code: 0, asked: false });
  t.is(readFileSync(released.spec.logFile, 'utf8'), 'now\n');
  t.is(spare.exit, undefined);
  await supervisor.stop(spare);
  t.deepEqual(reports, []);
});

test('rejects a command that does not exist', async (t) => {
  const { folder, supervisor } = await setUp(t);
  await t.throwsAsync(supervisor.spawn({ ...spec(folder, 'worker', 3), command: '/nowhere/program' }), {
    message: /worker cannot be started: .*ENOENT/,
  });
});

test('stopAll also stops the children of a killed supervisor', async (t) => {
  const { folder, runFile, supervisor } = await setUp(t);
  const child = idOf(await supervisor.spawn(spec(folder, 'postgres', 1)));
  const lost = t.throwsAsync(supervisor.lost, { code: 'supervisor-lost' });
  process.kill(readRunRecord(runFile)?.supervisor?.pid ?? 0, 'SIGKILL');
  await lost;
  t.true(isRunning(child));
  await supervisor.stopAll();
  t.true(await hasEnded(child, 0));
  t.false(existsSync(folder));
});
