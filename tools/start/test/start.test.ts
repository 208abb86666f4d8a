import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isFree } from '../../cli/port-free.js';
import type { RunRecord } from '../supervisor/protocol.js';
import { allEnded, type Launcher, makeFolder, processesOf, startLauncher } from './support/launcher.js';

// One data folder for all tests, as in a clone: each start finds the data of the last one.
const data = makeFolder();
const launchers: Launcher[] = [];
const start = (options: Partial<Parameters<typeof startLauncher>[0]> = {}) => {
  const launcher = startLauncher({ dataFolder: data.path, ...options });
  launchers.push(launcher);
  return launcher;
};

test.after.always(async () => {
  for (const { process } of launchers) if (process.exitCode === null) process.kill('SIGKILL');
  data.remove();
});

/** The API's address on the screen. */
const apiOf = (launcher: Launcher) => /^ +API +(http:\S+)$/m.exec(launcher.output())?.[1];

test.serial('npm start runs everything, rejects a second start, and stops after one Ctrl-C', async (t) => {
  t.timeout(400_000);
  const launcher = start({ npm: true });
  await launcher.printed('Ready in');
  const record = launcher.record();
  t.deepEqual(record.children.map(({ service }) => service).sort(), ['api', 'postgres', 'temporal', 'worker']);
  t.regex(launcher.output(), /Health check .*: ok/);
  t.regex(launcher.output(), /Temporal UI +http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/health-check-/);

  const second = start();
  t.deepEqual(await second.ended, { code: 1, signal: null });
  t.regex(second.output(), new RegExp(`already running .*process ${record.launcher.pid}`));
  t.regex(second.output(), new RegExp(`API +${apiOf(launcher)}`));

  // Each is killed when its time is over, even on a busy machine.
  t.true(record.children.reduce((sum, { stop }) => sum + stop.boundMs, 0) <= 10_000);
  launcher.signalGroup('SIGINT');
  t.deepEqual(await launcher.ended, { code: 0, signal: null });
  t.deepEqual(order(launcher.output()), ['API', 'Worker', 'Temporal', 'PostgreSQL']);
  await leavesNothing(t, record);
});

test.serial('earlier runs are still there; kill -9 of the launcher stops everything', async (t) => {
  t.timeout(400_000);
  const launcher = start();
  await launcher.printed('Ready in');
  const record = launcher.record();
  const answer = await fetch(`${apiOf(launcher)}/v1/runs`);
  const { runs } = (await answer.json()) as { runs: { status: string }[] };
  t.deepEqual(
    runs.map(({ status }) => status),
    ['completed', 'completed'],
  );
  launcher.process.kill('SIGKILL');
  await allEnded(processesOf(record));
  await leavesNothing(t, record);
});

test.serial('after kill -9 of launcher and supervisor, the next start stops the other processes', async (t) => {
  t.timeout(400_000);
  const killed = start();
  const left = await killed.started('postgres', 'temporal', 'worker', 'api');
  process.kill(left.supervisor?.pid ?? 0, 'SIGKILL');
  killed.process.kill('SIGKILL');
  await killed.ended;

  const launcher = start({ args: ['--once'] });
  const record = await launcher.started('postgres', 'temporal', 'worker', 'api');
  t.deepEqual(await launcher.ended, { code: 0, signal: null }, launcher.output());
  await allEnded(left.children, 0);
  await leavesNothing(t, record);
});

test.serial('stops with code 1 if a child dies, and shows the end of its log', async (t) => {
  t.timeout(400_000);
  const launcher = start();
  await launcher.printed('Ready in');
  const record = launcher.record();
  process.kill(record.children.find(({ service }) => service === 'worker')?.pid ?? 0, 'SIGKILL');
  t.deepEqual(await launcher.ended, { code: 1, signal: null });
  t.regex(launcher.output(), /The worker was killed by SIGKILL\. The end of its log .*worker\.log:\n( {2}\| .*\n)+/);
  await leavesNothing(t, record);
});

async function leavesNothing(t: ExecutionContext, record: RunRecord): Promise<void> {
  await allEnded(processesOf(record));
  t.false(existsSync(join(data.path, 'run.json')));
  for (const address of Object.values(record.addresses)) {
    const port = Number(new URL(address).port);
    t.true(await isFree('127.0.0.1', port), `port ${port} is still in use`);
  }
}

const order = (output: string): string[] => [...output.matchAll(/^(\w+) stopped/gm)].map(([, name = '']) => name);

test.serial('with API_AUTHENTICATION=keys, npm start creates a first key in a file for the owner only', async (t) => {
  t.timeout(400_000);
  const launcher = start({ env: { API_AUTHENTICATION: 'keys' } });
  await launcher.printed('Ready in');
  t.regex(launcher.output(), /Health check .*: ok/);
  const file = join(data.path, 'secrets', 'api-key');
  t.regex(launcher.output(), new RegExp(`API key +in ${file}`));
  t.is(statSync(file).mode & 0o777, 0o600);
  const token = readFileSync(file, 'utf8').trim();
  t.false(launcher.output().includes(token));
  const url = `${apiOf(launcher)}/v1/runs`;
  t.is((await fetch(url)).status, 401);
  t.is((await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status, 200);
  launcher.signalGroup('SIGINT');
  t.deepEqual(await launcher.ended, { code: 0, signal: null });
});
