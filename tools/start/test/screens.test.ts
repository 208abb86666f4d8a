import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { pg } from '../../../platform/database/pg.js';
import { until } from '../../../platform/testing/support/until.js';
import { runningDatabase } from '../running-database.js';
import {
  allEnded,
  type Launcher,
  type LauncherOptions,
  makeFolder,
  processesOf,
  startLauncher,
} from './support/launcher.js';

// One data folder for all tests: only the first start creates a database.
const data = makeFolder();
test.after.always(() => data.remove());

/** A launcher that is killed after the test. */
function start(t: ExecutionContext, options: Partial<LauncherOptions> = {}): Launcher {
  const launcher = startLauncher({ dataFolder: data.path, ...options });
  t.timeout(400_000);
  t.teardown(async () => {
    if (launcher.process.exitCode === null) launcher.process.kill('SIGKILL');
    await until('the supervisor ends', () => !existsSync(join(data.path, 'run.json')));
  });
  return launcher;
}

/** Lines of a log that report problems. */
const remarks = (service: string, isRemark: RegExp): string[] =>
  readFileSync(join(data.path, 'logs', `${service}.log`), 'utf8')
    .split('\n')
    .filter((line) => isRemark.test(line));

test.serial('a clean start logs nothing at level warn or above', async (t) => {
  const launcher = start(t);
  await launcher.printed('Ready in');
  for (const app of ['worker', 'api']) t.deepEqual(remarks(app, /"level":"(warn|error|fatal)"/), [], app);
  t.deepEqual(remarks('temporal', /"level":"(WARN|ERROR|FATAL)"/i), []);
  t.deepEqual(remarks('postgres', / (WARNING|ERROR|FATAL|PANIC): /), []);
  t.deepEqual(remarks('supervisor', /./), []);
  // Every line names the same version of Temporal's server.
  const [, started] = /^Temporal server (\S+) ready on \S+, CLI \d\S* from /m.exec(launcher.output()) ?? [];
  const [, checked] = /^ {2}temporal {2}ok .*version (\S+)$/m.exec(launcher.output()) ?? [];
  t.regex(String(started), /^\d+\.\d+\.\d+/);
  t.is(started, checked);
  launcher.signalGroup('SIGINT');
  t.deepEqual(await launcher.ended, { code: 0, signal: null });
  t.regex(launcher.output(), /^Stopping\. Press Ctrl-C again to stop immediately$/m);
});

test.serial('--once stops by itself and does not mention an earlier Ctrl-C', async (t) => {
  const launcher = start(t, { args: ['--once'] });
  t.deepEqual(await launcher.ended, { code: 0, signal: null }, launcher.output());
  t.notRegex(launcher.output(), /again|Ready/);
  t.regex(launcher.output(), /^Stopping\. Press Ctrl-C to stop immediately$/m);
});

test.serial('does not query PostgreSQL while it recovers from a crash', async (t) => {
  const crashed = start(t);
  await crashed.printed('Ready in');
  process.kill(crashed.record().children.find(({ service }) => service === 'postgres')?.pid ?? 0, 'SIGKILL');
  t.deepEqual(await crashed.ended, { code: 1, signal: null });
  const launcher = start(t, { args: ['--once'] });
  t.deepEqual(await launcher.ended, { code: 0, signal: null }, launcher.output());
  t.is(remarks('postgres', /database system was not properly shut down/).length, 1);
  t.deepEqual(remarks('postgres', / (FATAL|ERROR|PANIC): /), []);
});

for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  const code = { SIGTERM: 143, SIGHUP: 129 }[signal];
  test.serial(`${signal} before "Ready" stops it with ${code} and does not mention an earlier Ctrl-C`, async (t) => {
    const launcher = start(t);
    const record = await launcher.started('postgres');
    launcher.process.kill(signal);
    t.deepEqual(await launcher.ended, { code, signal: null });
    t.notRegex(launcher.output(), /again/);
    await allEnded(processesOf(record), 0);
  });
}

test.serial('stops with 141 when its output is closed', async (t) => {
  const launcher = start(t);
  const record = await launcher.started('postgres', 'temporal');
  launcher.process.stdout?.destroy();
  await until('the launcher ends', () => launcher.process.exitCode !== null);
  t.is(launcher.process.exitCode, 141);
  t.notRegex(launcher.output(), /EPIPE/);
  await allEnded(processesOf(record), 0);
});

/** Changes the database of the running platform. */
async function alter(sql: string): Promise<void> {
  const { POSTGRES_HOST: host, POSTGRES_PORT: port, ...database } = runningDatabase(data.path);
  const { POSTGRES_DB, POSTGRES_USER: user, POSTGRES_PASSWORD: password } = database;
  const client = new pg.Client({ host, port, database: POSTGRES_DB, user, password });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

test.serial('is not "Ready" if the health check fails, and names the components', async (t) => {
  const before = start(t);
  await before.printed('Ready in');
  await alter('ALTER TABLE health_probes ADD CONSTRAINT closed CHECK (false)');
  before.signalGroup('SIGINT');
  await before.ended;
  const launcher = start(t);
  await launcher.printed('Ctrl-C stops everything');
  await alter('ALTER TABLE health_probes DROP CONSTRAINT closed');
  t.regex(launcher.output(), /^Health check through API, worker and database: degraded/m);
  t.regex(launcher.output(), /^Not ready: postgres failed the health check\. The logs say why$/m);
  t.notRegex(launcher.output(), /Ready in/);
  launcher.signalGroup('SIGINT');
  t.deepEqual(await launcher.ended, { code: 130, signal: null });
});

/** Terminates the run of the health check as soon as it exists; no worker runs it. */
async function terminateRun(api: string): Promise<void> {
  let id: string | undefined;
  await until('the health check runs', async () => {
    const { runs } = (await (await fetch(`${api}/v1/runs?status=running`)).json()) as { runs: { id: string }[] };
    id = runs[0]?.id;
    return id !== undefined;
  });
  await fetch(`${api}/v1/runs/${id}/terminate`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
}

async function isNotReady(t: ExecutionContext, args: readonly string[]): Promise<void> {
  const launcher = start(t, { args, env: { WORKER_TASK_QUEUES: 'activities' } });
  await launcher.printed(/API ready on \S+/);
  const record = launcher.record();
  await terminateRun(/API ready on (\S+)/.exec(launcher.output())?.[1] ?? '');
  t.deepEqual(await launcher.ended, { code: 1, signal: null });
  t.regex(launcher.output(), /The health check did not complete: the API answered 422 run-terminated: /);
  t.regex(launcher.output(), /The end of its log \S+worker\.log:\n( {2}\| .*\n)+/);
  t.regex(launcher.output(), /The end of its log \S+api\.log:\n( {2}\| .*\n)+/);
  t.notRegex(launcher.output(), /Ready in|Ctrl-C again/);
  await allEnded(processesOf(record), 0);
}

test.serial('stops with 1 if the health check does not complete, and says why', async (t) => {
  await isNotReady(t, []);
});

test.serial('--once also stops with 1 if the health check does not complete', async (t) => {
  await isNotReady(t, ['--once']);
});
