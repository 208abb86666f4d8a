import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { until } from '../../../platform/testing/support/until.js';
import { allEnded, type LauncherOptions, makeFolder, processesOf, startLauncher } from './support/launcher.js';

/** A data folder and a launcher, both removed after the test. */
function setUp(t: ExecutionContext, options: Omit<LauncherOptions, 'dataFolder'> = {}) {
  const data = makeFolder();
  const launcher = startLauncher({ dataFolder: data.path, ...options });
  t.teardown(async () => {
    if (launcher.process.exitCode === null) launcher.process.kill('SIGKILL');
    await launcher.ended;
    await until('the supervisor ends', () => !existsSync(join(data.path, 'run.json')));
    data.remove();
  });
  return { data, launcher };
}

async function listen(t: ExecutionContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Makes a process print its CPU time in microseconds when it exits, which does not depend on the load. */
const tellCpuTime = `--import=data:text/javascript,${encodeURIComponent(
  `process.once('exit', () => console.error('CPU', Object.values(process.cpuUsage()).reduce((a, b) => a + b)))`,
)}`;

test.serial('reports all invalid settings at once with 78, before it loads or starts anything', async (t) => {
  const { data, launcher } = setUp(t, {
    env: { API_PORT: 'many', LOG_LEVEL: 'loud', POSTGRES_PASSWORD_FILE: '/nowhere', NODE_OPTIONS: tellCpuTime },
  });
  t.deepEqual(await launcher.ended, { code: 78, signal: null });
  t.true(Number(/^CPU (\d+)$/m.exec(launcher.output())?.[1]) < 2e6, launcher.output());
  for (const variable of ['API_PORT', 'LOG_LEVEL', 'POSTGRES_PASSWORD_FILE'])
    t.true(launcher.output().includes(`${variable}: `), variable);
  t.deepEqual(readdirSync(data.path), []);
});

test.serial('reports a fault in the env file with its line and 78, without a stack', async (t) => {
  const folder = makeFolder();
  t.teardown(folder.remove);
  const file = join(folder.path, 'env');
  writeFileSync(file, 'LOG_LEVEL=warn\nAPI_AUTHENTICATION: keys\n');
  const { data, launcher } = setUp(t, { env: { ATLAS_ENV_FILE: file } });
  t.deepEqual(await launcher.ended, { code: 78, signal: null });
  t.true(launcher.output().includes(`${file}, line 2: is not NAME=value`), launcher.output());
  t.notRegex(launcher.output(), /^ {4}at /m);
  t.deepEqual(readdirSync(data.path), []);
});

test.serial('rejects settings for other servers', async (t) => {
  const { launcher } = setUp(t, { env: { POSTGRES_HOST: 'db.example.com', TEMPORAL_ADDRESS: 't.example.com:7233' } });
  t.deepEqual(await launcher.ended, { code: 78, signal: null });
  t.regex(launcher.output(), /POSTGRES_HOST: names another PostgreSQL \(db\.example\.com\)/);
  t.regex(launcher.output(), /TEMPORAL_ADDRESS: names another Temporal \(t\.example\.com:7233\)/);
});

test.serial('rejects tokens alone, because it checks the platform with a key', async (t) => {
  const tokens = { API_OIDC_ISSUER: 'https://login.example.com', API_OIDC_AUDIENCE: 'shop' };
  const { launcher } = setUp(t, { env: { API_AUTHENTICATION: 'oidc', ...tokens } });
  t.deepEqual(await launcher.ended, { code: 78, signal: null });
  t.regex(launcher.output(), /API_AUTHENTICATION: must be keys-or-oidc, keys or none/);
});

test.serial('rejects an unknown option with 64, and lists the options with --help', async (t) => {
  const { launcher } = setUp(t, { args: ['--onse'] });
  t.deepEqual(await launcher.ended, { code: 64, signal: null });
  t.regex(launcher.output(), /--onse/);
  const help = setUp(t, { args: ['--help'] }).launcher;
  t.deepEqual(await help.ended, { code: 0, signal: null });
  for (const option of ['--once', '--ephemeral', 'npm run dev']) t.true(help.output().includes(option), option);
});

test.serial(
  'names all ports that were set and are in use, and says how to find the programs that use them',
  async (t) => {
    const [api, ui] = [await listen(t), await listen(t)];
    const { launcher } = setUp(t, { env: { API_PORT: String(api), TEMPORAL_UI_PORT: String(ui) } });
    t.deepEqual(await launcher.ended, { code: 1, signal: null });
    for (const [variable, port] of Object.entries({ API_PORT: api, TEMPORAL_UI_PORT: ui }))
      t.regex(launcher.output(), new RegExp(`Port ${port}, set by ${variable} .*lsof -nP -iTCP:${port} -sTCP:LISTEN`));
  },
);

test.serial('does not touch data of another PostgreSQL version', async (t) => {
  const data = makeFolder();
  t.teardown(data.remove);
  mkdirSync(join(data.path, 'postgres'));
  writeFileSync(join(data.path, 'postgres', 'PG_VERSION'), '16\n');
  const launcher = startLauncher({ dataFolder: data.path });
  t.deepEqual(await launcher.ended, { code: 1, signal: null });
  t.regex(launcher.output(), /belongs to PostgreSQL 16, but this is PostgreSQL 17/);
  t.deepEqual(readdirSync(join(data.path, 'postgres')), ['PG_VERSION']);
});

test.serial('Ctrl-C before "Ready" stops it with 130', async (t) => {
  const { launcher } = setUp(t);
  const record = await launcher.started('postgres', 'temporal');
  launcher.signalGroup('SIGINT');
  t.deepEqual(await launcher.ended, { code: 130, signal: null });
  await allEnded(processesOf(record), 0);
});

test.serial('a second Ctrl-C stops it immediately with 130, even after "Ready"', async (t) => {
  t.timeout(400_000);
  const { launcher } = setUp(t);
  await launcher.printed('Ready in');
  const record = launcher.record();
  // A process that does not react delays the orderly stop.
  process.kill(record.children.find(({ service }) => service === 'temporal')?.pid ?? 0, 'SIGSTOP');
  launcher.signalGroup('SIGINT');
  await launcher.printed('Stopping');
  const again = setInterval(() => launcher.signalGroup('SIGINT'), 100);
  launcher.process.once('exit', () => clearInterval(again));
  t.deepEqual(await launcher.ended, { code: 130, signal: null });
  t.regex(launcher.output(), /^Stopping immediately$/m);
  // The stop did not wait for it.
  t.notRegex(launcher.output(), /Temporal did not stop in time|Temporal stopped/);
  await allEnded(processesOf(record), 0);
});

test.serial('removes ephemeral data at the end, also after kill -9', async (t) => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('atlas-ephemeral-'));
  const before = folders();
  const { data, launcher } = setUp(t, { args: ['--ephemeral'] });
  await launcher.printed(/PostgreSQL .* ready/);
  const [folder = ''] = folders().filter((name) => !before.includes(name));
  t.true(existsSync(join(tmpdir(), folder, 'postgres', 'PG_VERSION')));
  launcher.process.kill('SIGKILL');
  await until(`${folder} is removed`, () => !existsSync(join(tmpdir(), folder)));
  t.deepEqual(readdirSync(data.path), []);
});
