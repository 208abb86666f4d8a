import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { product } from '../../../config/product.js';
import { apiKeyPath } from '../../../infra/secrets.js';
import { makeToken, readToken } from '../../../platform/auth/api-key.js';
import { ApiClient, type Run } from './support/api.js';
import { docker, lines, run, TestStage } from './support/commands.js';
import { deployed, polite, unchanged } from './support/expectations.js';

/**
 * The life of a stage on a real engine, with the real provider: each test goes on where the one before it ended.
 */
const stage = new TestStage('atlas-test-cycle');
const { ports } = stage.stage;
const api = new ApiClient(stage);
const services = [
  'api-1',
  'api-2',
  'postgres',
  'proxy',
  'temporal',
  'temporal-ui',
  'worker-activities-1',
  'worker-workflows-1',
];
const serving = services.map((service) => `${stage.prefix}-${service}`);
const backupFolder = join(stage.folder, 'backup');

let waiting: Run;
let deployOutput = '';

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

const sql = async (text: string) =>
  (
    await docker('exec', `${stage.prefix}-postgres`, 'psql', '-U', 'postgres', '-d', product.database, '-Atc', text)
  ).trim();
/** A container's address in the stage's network. */
const addressInside = async (part: string) => {
  const networks = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return (await docker('inspect', '--format', networks, `${stage.prefix}-${part}`)).trim();
};

test.before(() => stage.clear());
test.after.always(() => stage.clear());

async function serves(t: ExecutionContext, deploy = stage.npm('deploy')): Promise<void> {
  deployOutput += (await deployed(t, deploy)).output;
  t.deepEqual(await stage.containers({ all: false }), serving);
}

test.serial('npx cdktf deploy stands everything up, healthy', async (t) => {
  await serves(t, stage.cdktf('deploy', '--auto-approve'));
  for (const name of serving)
    t.is((await docker('inspect', '--format', '{{.State.Health.Status}}', name)).trim(), 'healthy');
  t.is((await fetch(`${stage.api}/health/ready`)).status, 200);
});

test.serial('nothing differs from the definition right after', (t) => unchanged(t, stage));

test.serial('runs are started, executed and approved over HTTP, and Temporal UI shows them', async (t) => {
  waiting = await api.startWaiting();
  t.is((await api.post('/v1/workflows/greet/execute', { name: 'Ada' })).status, 'completed');
  const ui = `http://127.0.0.1:${ports.ui}/api/v1/namespaces/default/workflows/${waiting.workflowId}`;
  const shown = (await (await fetch(ui)).json()) as { workflowExecutionInfo?: { execution?: { workflowId?: string } } };
  t.is(shown.workflowExecutionInfo?.execution?.workflowId, waiting.workflowId);
});

test.serial('who has no key, or another one, is let in nowhere but to ask how the API is', async (t) => {
  for (const path of ['/v1/runs', '/v1/workflows', `/v1/runs/${waiting.id}`, `/v1/runs/${waiting.id}/events`]) {
    const without = await fetch(`${stage.api}${path}`);
    t.is(without.status, 401, path);
    t.regex(without.headers.get('www-authenticate') ?? '', /^Bearer /, path);
    t.is((await api.call(path, {}, makeToken(product))).status, 401, path);
  }
  t.is((await fetch(`${stage.api}/health/ready`)).status, 200);
});

test.serial('the key is a file that nobody else can read, and its caller is the deploy', async (t) => {
  t.is(statSync(apiKeyPath(stage.stage)).mode & 0o777, 0o600);
  const audited = await sql(`SELECT caller, key_id FROM audit_log WHERE run_id = '${waiting.id}'`);
  t.is(audited, `deploy|${readToken(api.key)?.id}`);
});

test.serial('keys for others are made, and revoked, in a container of the API', async (t) => {
  const keys = (...args: string[]) =>
    docker('exec', `${stage.prefix}-api-1`, 'node', 'dist/tools/keys/main.js', ...args);
  const made = await keys('create', '--name', 'ada', '--scopes', 'runs:read');
  const token = new RegExp(`^${product.apiKeyPrefix}\\S+$`, 'm').exec(made)?.[0] ?? '';
  t.is((await api.call('/v1/workflows', {}, token)).status, 200);
  t.is((await api.call('/v1/workflows/greet/start', { method: 'POST', body: '{}' }, token)).status, 403);
  t.is((await api.call(`/v1/runs/${waiting.id}`, {}, token)).status, 404);
  t.regex(await keys('revoke', readToken(token)?.id ?? ''), /revoked/);
  const until = Date.now() + 10_000;
  let { status } = await api.call('/v1/workflows', {}, token);
  while (status === 200 && Date.now() < until) ({ status } = await api.call('/v1/workflows', {}, token));
  t.is(status, 401);
});

test.serial('what a caller says of its own address is not believed', async (t) => {
  const addressOf = async (headers: Record<string, string>) => {
    const start = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{"name":"Ada"}',
    };
    const answer = await api.call('/v1/workflows/greet/start', start);
    t.is(answer.status, 202);
    const { id } = (await answer.json()) as Run;
    return sql(`SELECT address FROM audit_log WHERE run_id = '${id}'`);
  };
  const own = await addressOf({});
  t.truthy(isIP(own.replace('::ffff:', '')), own);
  t.not(own, await addressInside('proxy'));
  for (const spoofed of ['203.0.113.7', '203.0.113.7, 203.0.113.8', `${own}, 203.0.113.7`])
    t.is(await addressOf({ 'X-Forwarded-For': spoofed, 'X-Real-IP': spoofed, Forwarded: `for=${spoofed}` }), own);
});

test.serial("a run's events come through the proxy as they happen", async (t) => {
  const { id } = await api.startWaiting();
  const seen: string[] = [];
  await api.follow(id, async ({ status }) => {
    seen.push(status);
    // The stream told of this while the run waited: it was held back nowhere.
    if (status === 'running') await api.approve(id);
  });
  t.deepEqual(seen, ['running', 'completed']);
});

test.serial('nothing differs after restarts and runs', async (t) => {
  await docker('restart', '--time', '10', `${stage.prefix}-api-1`);
  await unchanged(t, stage);
});

test.serial("no container has a volume but PostgreSQL's, which has a name", async (t) => {
  for (const name of await stage.containers({ all: true })) {
    const mounts = JSON.parse(await docker('inspect', '--format', '{{json .Mounts}}', name)) as {
      Type: string;
      Name: string;
    }[];
    const volumes = mounts.filter(({ Type }) => Type === 'volume').map(({ Name }) => Name);
    t.deepEqual(volumes, name.endsWith('-postgres') ? [stage.stage.volume] : [], name);
  }
});

test.serial('containers are hardened', async (t) => {
  for (const name of await stage.containers({ all: true })) {
    const [{ Config, HostConfig, Mounts }] = JSON.parse(await docker('inspect', name));
    t.regex(Config.User, /^[1-9]\d*:[1-9]\d*$/, name);
    t.true(HostConfig.ReadonlyRootfs, name);
    t.deepEqual(HostConfig.CapDrop, ['ALL'], name);
    // Its binary carries this one as a file capability and does not start without.
    t.deepEqual(HostConfig.CapAdd ?? [], name.endsWith('-proxy') ? ['CAP_NET_BIND_SERVICE'] : [], name);
    t.deepEqual(HostConfig.SecurityOpt, ['no-new-privileges:true'], name);
    t.true(HostConfig.Memory > 0 && HostConfig.MemorySwap === HostConfig.Memory, name);
    t.true(HostConfig.CpuQuota > 0, name);
    t.deepEqual(HostConfig.LogConfig, { Type: 'json-file', Config: { 'max-file': '3', 'max-size': '10m' } }, name);
    t.is(HostConfig.RestartPolicy.Name, serving.includes(name) ? 'unless-stopped' : 'no', name);
    t.false(
      Mounts.some(({ Source }: { Source: string }) => Source.includes('docker.sock')),
      name,
    );
    t.false(HostConfig.Privileged, name);
  }
});

test.serial("the app's role cannot connect to Temporal's databases, nor Temporal's to the app's", async (t) => {
  const connects = (role: string, database: string) =>
    docker('exec', `${stage.prefix}-postgres`, 'psql', '-U', role, '-d', database, '-Atc', 'SELECT 1');
  const databases = { [product.database]: [product.database], temporal: ['temporal', 'temporal_visibility'] };
  for (const [role, own] of Object.entries(databases)) {
    for (const database of Object.values(databases).flat()) {
      if (own.includes(database)) t.is((await connects(role, database)).trim(), '1');
      else await t.throwsAsync(connects(role, database), { message: /permission denied for database/ });
    }
  }
});

test.serial('secrets are readable by their container alone', (t) => {
  const folder = join(stage.folder, stage.name, 'secrets');
  t.is(statSync(folder).mode & 0o777, 0o700);
  const { mode, uid } = statSync(join(folder, 'postgres/superuser-password'));
  if (process.getuid?.() === 0) t.deepEqual([mode & 0o777, uid], [0o400, 999]);
});

test.serial(
  'no secret stands in the configuration, the state, a plan, an inspection, a log or the image',
  async (t) => {
    const secrets = filesIn(stage.stage.secretsFolder)
      .filter((path) => !path.endsWith('/generation'))
      .map((path) => readFileSync(path, 'utf8'));
    t.true(secrets.includes(api.key) && secrets.every((secret) => secret.length > 30));
    // Its id may be told; its other half, even without that, may not.
    const secretOfKey = api.key.replace(/^[^_]+_[^_]+_/, '');
    t.is(secretOfKey.length, 43);
    const names = await stage.containers({ all: true });
    const { output: plan } = await stage.npm('plan');
    const images = lines(await docker('images', '--quiet', `${product.name}-app`));
    const places = new Map<string, string>([
      ...filesIn(stage.folder)
        .filter((path) => !path.includes('/providers/') && !path.includes('/secrets/'))
        .map((path) => [path, readFileSync(path, 'latin1')] as const),
      ['plan', plan],
      ['inspections', await docker('inspect', ...names, stage.stage.network, stage.stage.volume)],
      ['image', await docker('inspect', ...images)],
      ['layers', await docker('history', '--no-trunc', images[0] ?? '')],
      ['deploy', deployOutput],
    ]);
    for (const name of names) places.set(`logs of ${name}`, await docker('logs', name));
    t.true(places.size > names.length + 6);
    for (const [place, text] of places) {
      t.true(text.length > 0 || place.startsWith('logs'), place);
      for (const secret of secrets) t.false(text.includes(secret), place);
      t.false(text.includes(secretOfKey), place);
    }
    t.log(`${new Set(secrets).size} secrets looked for in ${places.size} places`);
  },
);

test.serial('a deploy mends containers that were killed and removed by hand', async (t) => {
  await docker('kill', `${stage.prefix}-worker-workflows-1`);
  await docker('rm', '--force', `${stage.prefix}-api-2`);
  await serves(t);
  await unchanged(t, stage);
});

test.serial('a deploy ends with where the key is, and with a command that calls the API with it', async (t) => {
  t.true(deployOutput.includes(`The API's first key, unless it was revoked, is in ${apiKeyPath(stage.stage)}:`));
  const [command = ''] = /^ {2}curl .*$/m.exec(deployOutput) ?? [];
  const { code, output } = await run('sh', ['-c', `${command} --silent --show-error --fail`]);
  t.is(code, 0, output);
  t.regex(output, /"greet"/);
});

test.serial('callers of a changing app see 2xx, or 503 with Retry-After, and no broken connection', async (t) => {
  stage.settings['LOG_LEVEL'] = 'debug';
  const ids = () => docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-api-1`, `${stage.prefix}-migrate`);
  const before = await ids();
  const stop = new AbortController();
  const calling = api.callUntil(stop.signal, waiting.id, 4);
  await serves(t);
  stop.abort();
  const counts = await calling;
  t.notDeepEqual(await ids(), before);
  polite(t, counts);
  // How many there are depends on the machine: each of the four callers came more than once.
  t.true((counts.get('200') ?? 0) > 8);
});

test.serial('status shows every part, healthy, with version, uptime and address', async (t) => {
  const { code, output } = await stage.npm('status');
  t.is(code, 0, output);
  for (const service of services) t.regex(output, new RegExp(`^${service} +healthy +\\S+ +\\d+ (s|min)`, 'm'));
  t.regex(output, new RegExp(`^proxy .*http://127\\.0\\.0\\.1:${ports.api}$`, 'm'));
  t.regex(output, /^migrate +done/m);
  t.true(output.includes(`The API's first key: ${apiKeyPath(stage.stage)}`));
  const { parts, apiKeyFile } = JSON.parse((await stage.npm('status', '--json')).output);
  t.is(parts.length, serving.length + 4);
  t.is(apiKeyFile, apiKeyPath(stage.stage));
});

test.serial('logs shows what a part wrote, and says which parts there are', async (t) => {
  t.regex(
    (await stage.npm('logs', 'migrate')).output,
    /the schema is up to date[\s\S]*of deploy \(runs:admin\) is there already/,
  );
  t.regex((await stage.npm('logs', 'api')).output, /^api-1 \| [\s\S]*^api-2 \| /m);
  const { code, output } = await stage.npm('logs', 'postgras');
  t.is(code, 1);
  t.regex(output, /no part postgras; did you mean postgres\?/);
});

test.serial('npx cdktf destroy leaves nothing running, and the data', async (t) => {
  const { code, output, seconds } = await stage.cdktf('destroy', '--auto-approve');
  t.is(code, 0, output);
  t.log(`destroy: ${seconds.toFixed(1)} s`);
  t.deepEqual(await stage.containers({ all: true }), []);
  await docker('volume', 'inspect', stage.stage.volume);
});

test.serial('the next deploy finds every run, and a workflow that waited goes on and completes', async (t) => {
  await serves(t);
  const logs = await docker('logs', `${stage.prefix}-postgres`);
  t.regex(logs, /database system was shut down at/);
  t.notRegex(logs, /was interrupted|not properly shut down/);
  t.is((await api.run(waiting.id)).status, 'running');
  t.is((await api.approve(waiting.id)).status, 'completed');
  await unchanged(t, stage);
});

test.serial('a backup is taken while the stage serves, and never over another', async (t) => {
  waiting = await api.startWaiting();
  const { code, output } = await stage.npm('backup', backupFolder);
  t.is(code, 0, output);
  t.deepEqual(readdirSync(backupFolder).sort(), ['backup.json', 'postgres.tar.gz']);
  t.is(statSync(join(backupFolder, 'postgres.tar.gz')).mode & 0o777, 0o600);
  const again = await stage.npm('backup', backupFolder);
  t.is(again.code, 1);
  t.regex(again.output, /is there already: a backup makes a new folder/);
});

test.serial('a restore writes over nothing', async (t) => {
  const { code, output } = await stage.npm('restore', backupFolder);
  t.is(code, 1);
  t.regex(output, /the stage atlas-test-cycle is there already, and a restore writes over nothing/i);
  t.deepEqual(await stage.containers({ all: false }), serving);
});

test.serial('data is removed only when somebody has said yes; then nothing of the stage is left', async (t) => {
  const asked = await stage.npm('destroy', '--data');
  t.is(asked.code, 1);
  t.regex(asked.output, /There is nobody to ask: say --yes/);
  t.deepEqual(await stage.containers({ all: false }), serving);
  const { code, output, seconds } = await stage.npm('destroy', '--data', '--yes');
  t.is(code, 0, output);
  t.log(`destroy: ${seconds.toFixed(1)} s`);
  t.deepEqual(await stage.onEngine(), []);
});

test.serial('a backup that was changed is refused, and leaves nothing', async (t) => {
  const changed = join(stage.folder, 'changed');
  cpSync(backupFolder, changed, { recursive: true });
  appendFileSync(join(changed, 'postgres.tar.gz'), 'x');
  const { code, output } = await stage.npm('restore', changed);
  t.is(code, 1);
  t.regex(output, /its SHA-256 differs/);
  t.deepEqual(await stage.onEngine(), []);
});

test.serial(
  'a restore brings everything back, with new passwords and a new key: a workflow that waited goes on',
  async (t) => {
    const former = api.key;
    rmSync(stage.stage.secretsFolder, { recursive: true });
    await serves(t, stage.npm('restore', backupFolder));
    t.not(api.key, former);
    t.is((await api.run(waiting.id)).status, 'running');
    // The keys are data: those of the backup are let in as well, until they are revoked.
    t.is((await api.call('/v1/runs', {}, former)).status, 200);
    t.is((await api.approve(waiting.id)).status, 'completed');
    await unchanged(t, stage);
  },
);

test.serial('data that was only named can be managed later, untouched; then it goes with the stage', async (t) => {
  stage.settings['ATLAS_DATA_REMOVAL'] = 'destroy';
  await serves(t);
  await unchanged(t, stage);
  t.is((await api.run(waiting.id)).status, 'completed');
  const { code, output } = await stage.npm('destroy', '--yes');
  t.is(code, 0, output);
  t.deepEqual(await stage.onEngine(), []);
});

test.serial('where nothing is left, status says so', async (t) => {
  const { code, output } = await stage.npm('status');
  t.is(code, 1);
  t.regex(output, /The stage atlas-test-cycle is not deployed: npm run deploy/);
});
