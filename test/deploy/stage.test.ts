import { readdirSync, readFileSync, statSync } from 'node:fs';
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
let deployOutput = '';

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

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
  deployOutput += output;
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

test.serial(
  'no secret stands in the configuration, the state, a plan, an inspection, a log or the image',
  async (t) => {
    const secrets = filesIn(join(stage.folder, stage.name, 'secrets')).map((path) => readFileSync(path, 'utf8'));
    t.true(secrets.length > 0 && secrets.every((secret) => secret.length > 30));
    const names = await stage.containers({ all: true });
    const { output: plan } = await stage.plan();
    const images = (await docker('images', '--quiet', 'atlas-app')).split('\n').filter(Boolean);
    const places = new Map<string, string>([
      ...filesIn(join(stage.folder, 'cdktf.out'))
        .filter((path) => !path.includes('/providers/'))
        .map((path) => [path, readFileSync(path, 'latin1')] as const),
      ['state', readFileSync(join(stage.folder, stage.name, 'terraform.tfstate'), 'utf8')],
      ['plan', plan],
      [
        'inspections',
        await docker('inspect', ...names, `atlas-network-${stage.name}`, `${stage.prefix}-postgres-data`),
      ],
      ['image', await docker('inspect', ...images)],
      ['layers', await docker('history', '--no-trunc', images[0] ?? '')],
      ['deploy', deployOutput],
    ]);
    for (const name of names) places.set(`logs of ${name}`, await docker('logs', name));
    t.true(places.size > names.length + 6);
    for (const [place, text] of places) {
      t.true(text.length > 0 || place.startsWith('logs'), place);
      for (const secret of secrets) t.false(text.includes(secret), place);
    }
    t.log(`${new Set(secrets).size} secrets looked for in ${places.size} places`);
  },
);

test.serial('a deploy mends containers that were killed and removed by hand', async (t) => {
  await docker('kill', `${stage.prefix}-worker-workflows-1`);
  await docker('rm', '--force', `${stage.prefix}-api-2`);
  await deployed(t);
  await unchanged(t);
});

test.serial('callers of a changing app see 2xx, or 503 with Retry-After, and no broken connection', async (t) => {
  stage.settings['LOG_LEVEL'] = 'debug';
  const before = await docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-api-1`, `${stage.prefix}-migrate`);
  const stop = new AbortController();
  const callers = Array.from({ length: 4 }, () => callUntil(stop.signal));
  await deployed(t);
  stop.abort();
  const seen = (await Promise.all(callers)).flat();
  const after = await docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-api-1`, `${stage.prefix}-migrate`);
  t.notDeepEqual(after, before);
  const counts = new Map<string, number>();
  for (const answer of seen) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  t.log(JSON.stringify(Object.fromEntries(counts)));
  t.true((counts.get('200') ?? 0) > 100);
  t.deepEqual(
    [...counts.keys()].filter((answer) => !['200', '202', '503 with Retry-After'].includes(answer)),
    [],
  );
});

/** Calls the API, reading and starting runs in turn, until told to stop; one word for each answer. */
async function callUntil(signal: AbortSignal): Promise<string[]> {
  const seen: string[] = [];
  const start = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"Ada"}' };
  while (!signal.aborted) {
    const calls = [() => fetch(`${api}/v1/runs/${waiting.id}`), () => fetch(`${api}/v1/workflows/greet/start`, start)];
    for (const call of calls) {
      const answer = await call().then(
        async (response) => {
          await response.text();
          return `${response.status}${response.headers.has('retry-after') ? ' with Retry-After' : ''}`;
        },
        (error: Error) => `no answer: ${error.cause ?? error}`,
      );
      seen.push(answer);
    }
  }
  return seen;
}

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
  // Temporal looks for the worker that last had the workflow before it takes another, longer than one call waits: then the answer is
  // that the workflow may have taken it, and the run tells.
  await post(`/v1/runs/${waiting.id}/updates/decide`, { decision: 'approved', decidedBy: 'Ada' }).catch(
    (error: Error) => t.regex(error.message, /update-unconfirmed/),
  );
  const deadline = Date.now() + 30_000;
  let run = await get(`/v1/runs/${waiting.id}`);
  while (run.status === 'running' && Date.now() < deadline) run = await get(`/v1/runs/${waiting.id}`);
  t.is(run.status, 'completed');
  await unchanged(t);
});
