import { statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readSettings } from '../../config/settings.js';
import { stageOf } from '../../infra/stage.js';
import { docker, TestStage } from './support/commands.js';

/**
 * The life of a stage on a real engine, with the real provider: each test goes on where the one before it ended.
 */
const stage = new TestStage('cycle');
const { settings } = readSettings({ ATLAS_STAGE: stage.name }, { optional: ['POSTGRES_PASSWORD'] });
const { ports } = stageOf(settings);
const api = `http://127.0.0.1:${ports.api}`;
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

interface Run {
  readonly id: string;
  readonly status: string;
  readonly workflowId: string;
}
let waiting: Run;

test.before(() => stage.clear().catch(() => {}));
test.after.always(() => stage.clear());

async function post(path: string, body: unknown): Promise<Run> {
  const response = await fetch(`${api}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? ({} as Run) : ((await response.json()) as Run);
}

const get = async (path: string): Promise<Run> => (await fetch(`${api}${path}`)).json() as Promise<Run>;

async function deployed(t: ExecutionContext): Promise<void> {
  const { code, output, seconds } = await stage.deploy();
  t.is(code, 0, output);
  t.log(`deploy: ${seconds.toFixed(1)} s`);
  t.deepEqual(await stage.containers({ all: false }), serving);
}

async function unchanged(t: ExecutionContext): Promise<void> {
  const { code, output } = await stage.plan();
  t.is(code, 0, output);
}

test.serial('a deploy stands everything up, healthy', async (t) => {
  await deployed(t);
  for (const name of serving)
    t.is((await docker('inspect', '--format', '{{.State.Health.Status}}', name)).trim(), 'healthy');
  t.is((await fetch(`${api}/health/ready`)).status, 200);
});

test.serial('nothing differs from the definition right after', unchanged);

test.serial('runs are started, executed and approved over HTTP, and Temporal UI shows them', async (t) => {
  waiting = await post('/v1/workflows/approval/start', { subject: 'waits', deadline: '1 day' });
  t.is((await post('/v1/workflows/greet/execute', { name: 'Ada' })).status, 'completed');
  const ui = `http://127.0.0.1:${ports.ui}/api/v1/namespaces/default/workflows/${waiting.workflowId}`;
  const shown = (await (await fetch(ui)).json()) as { workflowExecutionInfo?: { execution?: { workflowId?: string } } };
  t.is(shown.workflowExecutionInfo?.execution?.workflowId, waiting.workflowId);
});

test.serial('nothing differs after restarts and runs', async (t) => {
  await docker('restart', '--time', '10', `${stage.prefix}-api-1`);
  await unchanged(t);
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
  const databases = { atlas: ['atlas'], temporal: ['temporal', 'temporal_visibility'] };
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

test.serial('a deploy mends containers that were killed and removed by hand', async (t) => {
  await docker('kill', `${stage.prefix}-worker-workflows-1`);
  await docker('rm', '--force', `${stage.prefix}-api-2`);
  await deployed(t);
  await unchanged(t);
});

test.serial('a destroy leaves nothing running, and the data', async (t) => {
  const { code, output, seconds } = await stage.destroy();
  t.is(code, 0, output);
  t.log(`destroy: ${seconds.toFixed(1)} s`);
  t.deepEqual(await stage.containers({ all: true }), []);
  await docker('volume', 'inspect', `${stage.prefix}-postgres-data`);
});

test.serial('the next deploy finds every run, and a workflow that waited goes on and completes', async (t) => {
  await deployed(t);
  const logs = await docker('logs', `${stage.prefix}-postgres`);
  t.regex(logs, /database system was shut down at/);
  t.notRegex(logs, /was interrupted|not properly shut down/);
  t.is((await get(`/v1/runs/${waiting.id}`)).status, 'running');
  await post(`/v1/runs/${waiting.id}/updates/decide`, { decision: 'approved', decidedBy: 'Ada' });
  const deadline = Date.now() + 20_000;
  let run = await get(`/v1/runs/${waiting.id}`);
  while (run.status === 'running' && Date.now() < deadline) run = await get(`/v1/runs/${waiting.id}`);
  t.is(run.status, 'completed');
  await unchanged(t);
});
