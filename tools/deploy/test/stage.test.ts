import { appendFileSync, cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { product } from '../../../config/product.js';
import { apiKeyPath } from '../../../infra/secrets.js';
import { makeToken, readToken } from '../../../platform/auth/api-key.js';
import { ApiClient, type Run } from './support/api.js';
import { docker, run, TestStage } from './support/commands.js';
import { deployed, polite, unchanged } from './support/expectations.js';
import { hardened, separateRoles, withoutSecrets } from './support/security.js';

/**
 * The life of a stage on a real engine with the real provider. Each test continues from the one before.
 */
const stage = new TestStage('atlas-test-cycle');
const { ports } = stage.stage;
const api = new ApiClient(stage);
const services = ['api-1', 'api-2', 'postgres', 'proxy', 'temporal', 'temporal-ui', 'worker-1'];
const serving = services.map((service) => `${stage.prefix}-${service}`);
const backupFolder = join(stage.folder, 'backup');

let waiting: Run;
let deployOutput = '';

test.before(() => stage.begin());
test.after.always(() => stage.clear());

async function serves(t: ExecutionContext, deploy = stage.npm('deploy')): Promise<void> {
  deployOutput += (await deployed(t, deploy)).output;
  t.deepEqual(await stage.containers({ all: false }), serving);
}

test.serial('npx cdktf deploy starts everything, healthy', async (t) => {
  await serves(t, stage.cdktf('deploy', '--auto-approve'));
  for (const name of serving)
    t.is((await docker('inspect', '--format', '{{.State.Health.Status}}', name)).trim(), 'healthy');
  t.is((await fetch(`${stage.api}/health/ready`)).status, 200);
});

test.serial('a deploy leaves no changes to apply', (t) => unchanged(t, stage));

test.serial('starts, executes and approves runs over HTTP, and Temporal UI shows them', async (t) => {
  waiting = await api.startWaiting();
  t.is((await api.post('/v1/workflows/hello/execute', { name: 'Ada' })).status, 'completed');
  const ui = `http://127.0.0.1:${ports.ui}/api/v1/namespaces/default/workflows/${waiting.workflowId}`;
  const shown = (await (await fetch(ui)).json()) as { workflowExecutionInfo?: { execution?: { workflowId?: string } } };
  t.is(shown.workflowExecutionInfo?.execution?.workflowId, waiting.workflowId);
});

test.serial('rejects callers without a valid key, except on the health endpoints', async (t) => {
  for (const path of ['/v1/runs', '/v1/workflows', `/v1/runs/${waiting.id}`, `/v1/runs/${waiting.id}/events`]) {
    const without = await fetch(`${stage.api}${path}`);
    t.is(without.status, 401, path);
    t.regex(without.headers.get('www-authenticate') ?? '', /^Bearer /, path);
    t.is((await api.call(path, {}, makeToken(product))).status, 401, path);
  }
  t.is((await fetch(`${stage.api}/health/ready`)).status, 200);
});

test.serial('the first key is in a file for the owner only, and its caller is deploy', async (t) => {
  t.is(statSync(apiKeyPath(stage.stage)).mode & 0o777, 0o600);
  const audited = await stage.sql(`SELECT caller, key_id FROM audit_log WHERE run_id = '${waiting.id}'`);
  t.is(audited, `deploy|${readToken(api.key)?.id}`);
});

test.serial('creates and revokes keys in a container of the API', async (t) => {
  const keys = (...args: string[]) =>
    docker('exec', `${stage.prefix}-api-1`, 'node', 'dist/tools/keys/main.js', ...args);
  const made = await keys('create', '--name', 'ada', '--scopes', 'runs:read');
  const token = new RegExp(`^${product.apiKeyPrefix}\\S+$`, 'm').exec(made)?.[0] ?? '';
  t.is((await api.call('/v1/workflows', {}, token)).status, 200);
  t.is((await api.call('/v1/workflows/hello/start', { method: 'POST', body: '{}' }, token)).status, 403);
  t.is((await api.call(`/v1/runs/${waiting.id}`, {}, token)).status, 404);
  t.regex(await keys('revoke', readToken(token)?.id ?? ''), /revoked/);
  const until = Date.now() + 10_000;
  let { status } = await api.call('/v1/workflows', {}, token);
  while (status === 200 && Date.now() < until) ({ status } = await api.call('/v1/workflows', {}, token));
  t.is(status, 401);
});

test.serial('ignores the address that a caller claims', async (t) => {
  const own = await api.recordedAddress({});
  t.truthy(isIP(own.replace('::ffff:', '')), own);
  t.not(own, await stage.addressOf('proxy'));
  for (const spoofed of ['203.0.113.7', '203.0.113.7, 203.0.113.8', `${own}, 203.0.113.7`])
    t.is(
      await api.recordedAddress({ 'X-Forwarded-For': spoofed, 'X-Real-IP': spoofed, Forwarded: `for=${spoofed}` }),
      own,
    );
});

test.serial("the proxy passes a run's events on as they happen", async (t) => {
  const { id } = await api.startWaiting();
  const seen: string[] = [];
  await api.follow(id, async ({ status }) => {
    seen.push(status);
    // The event arrived while the run was waiting, so it was not buffered.
    if (status === 'running') await api.approve(id);
  });
  t.deepEqual(seen, ['running', 'completed']);
});

test.serial('restarts and runs leave no changes to apply', async (t) => {
  await docker('restart', '--time', '10', `${stage.prefix}-api-1`);
  await unchanged(t, stage);
});

test.serial('only PostgreSQL has a volume, which has a name', async (t) => {
  for (const name of await stage.containers({ all: true })) {
    const mounts = JSON.parse(await docker('inspect', '--format', '{{json .Mounts}}', name)) as {
      Type: string;
      Name: string;
    }[];
    const volumes = mounts.filter(({ Type }) => Type === 'volume').map(({ Name }) => Name);
    t.deepEqual(volumes, name.endsWith('-postgres') ? [stage.stage.volume] : [], name);
  }
});

test.serial('containers are hardened', (t) => hardened(t, stage, serving));

test.serial("the app's role cannot connect to Temporal's databases, and Temporal's role not to the app's", (t) =>
  separateRoles(t, stage),
);

test.serial('only its container can read a secret', (t) => {
  const folder = join(stage.folder, stage.name, 'secrets');
  t.is(statSync(folder).mode & 0o777, 0o700);
  const { mode, uid } = statSync(join(folder, 'postgres/superuser-password'));
  if (process.getuid?.() === 0) t.deepEqual([mode & 0o777, uid], [0o400, 999]);
});

test.serial('configuration, state, plans, inspections, logs and the image contain no secret', (t) =>
  withoutSecrets(t, stage, api.key, deployOutput),
);

test.serial('a deploy restores containers that were killed and removed by hand', async (t) => {
  await docker('kill', `${stage.prefix}-worker-1`);
  await docker('rm', '--force', `${stage.prefix}-api-2`);
  await serves(t);
  await unchanged(t, stage);
});

test.serial('a deploy shows the path of the first key and a command that uses it', async (t) => {
  t.true(deployOutput.includes(`The API's first key is in ${apiKeyPath(stage.stage)}.`));
  const [command = ''] = /^ {2}curl .*$/m.exec(deployOutput) ?? [];
  const { code, output } = await run('sh', ['-c', `${command} --silent --show-error --fail`]);
  t.is(code, 0, output);
  t.regex(output, /"hello"/);
});

test.serial('callers see only 2xx, or 503 with Retry-After, during a change of the app', async (t) => {
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
  // The number depends on the machine; each of the four callers calls more than once.
  t.true((counts.get('200') ?? 0) > 8);
});

test.serial('status shows every part with health, version, uptime and address', async (t) => {
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

test.serial('logs shows the logs of a part, and names the parts', async (t) => {
  t.regex(
    (await stage.npm('logs', 'migrate')).output,
    /the schema is up to date[\s\S]*of deploy \(runs:admin\) already exists/,
  );
  t.regex((await stage.npm('logs', 'api')).output, /^api-1 \| [\s\S]*^api-2 \| /m);
  const { code, output } = await stage.npm('logs', 'postgras');
  t.is(code, 1);
  t.regex(output, /no part postgras; did you mean postgres\?/);
});

test.serial('npx cdktf destroy removes the containers and keeps the data', async (t) => {
  const { code, output, seconds } = await stage.cdktf('destroy', '--auto-approve');
  t.is(code, 0, output);
  t.log(`destroy: ${seconds.toFixed(1)} s`);
  t.deepEqual(await stage.containers({ all: true }), []);
  await docker('volume', 'inspect', stage.stage.volume);
});

test.serial('the next deploy finds every run, and a waiting workflow completes', async (t) => {
  await serves(t);
  const logs = await docker('logs', `${stage.prefix}-postgres`);
  t.regex(logs, /database system was shut down at/);
  t.notRegex(logs, /was interrupted|not properly shut down/);
  t.is((await api.run(waiting.id)).status, 'running');
  t.is((await api.approve(waiting.id)).status, 'completed');
  await unchanged(t, stage);
});

test.serial('takes a backup of a running stage, but does not overwrite another', async (t) => {
  waiting = await api.startWaiting();
  const { code, output } = await stage.npm('backup', backupFolder);
  t.is(code, 0, output);
  t.deepEqual(readdirSync(backupFolder).sort(), ['backup.json', 'postgres.tar.gz']);
  t.is(statSync(join(backupFolder, 'postgres.tar.gz')).mode & 0o777, 0o600);
  const again = await stage.npm('backup', backupFolder);
  t.is(again.code, 1);
  t.regex(again.output, /already exists: name a new folder/);
});

test.serial('a restore overwrites nothing', async (t) => {
  const { code, output } = await stage.npm('restore', backupFolder);
  t.is(code, 1);
  t.regex(output, /The stage atlas-test-cycle already exists, and a restore overwrites nothing/);
  t.deepEqual(await stage.containers({ all: false }), serving);
});

test.serial('removes the data only with a confirmation, and then leaves nothing of the stage', async (t) => {
  const asked = await stage.npm('destroy', '--data');
  t.is(asked.code, 1);
  t.regex(asked.output, /There is no terminal for a confirmation: add --yes/);
  t.deepEqual(await stage.containers({ all: false }), serving);
  const { code, output, seconds } = await stage.npm('destroy', '--data', '--yes');
  t.is(code, 0, output);
  t.log(`destroy: ${seconds.toFixed(1)} s`);
  t.deepEqual(await stage.onEngine(), []);
});

test.serial('rejects a backup that was changed', async (t) => {
  const changed = join(stage.folder, 'changed');
  cpSync(backupFolder, changed, { recursive: true });
  appendFileSync(join(changed, 'postgres.tar.gz'), 'x');
  const { code, output } = await stage.npm('restore', changed);
  t.is(code, 1);
  t.regex(output, /its SHA-256 differs/);
  t.deepEqual(await stage.onEngine(), []);
});

test.serial(
  'a restore brings everything back with new passwords and a new key, and a waiting workflow completes',
  async (t) => {
    const former = api.key;
    rmSync(stage.stage.secretsFolder, { recursive: true });
    await serves(t, stage.npm('restore', backupFolder));
    t.not(api.key, former);
    t.is((await api.run(waiting.id)).status, 'running');
    // The keys of the backup are data, so they stay valid until they are revoked.
    t.is((await api.call('/v1/runs', {}, former)).status, 200);
    t.is((await api.approve(waiting.id)).status, 'completed');
    await unchanged(t, stage);
  },
);

test.serial('Terraform can manage existing data later; then the data is removed with the stage', async (t) => {
  stage.settings['ATLAS_DATA_REMOVAL'] = 'destroy';
  await serves(t);
  await unchanged(t, stage);
  t.is((await api.run(waiting.id)).status, 'completed');
  const { code, output } = await stage.npm('destroy', '--yes');
  t.is(code, 0, output);
  t.deepEqual(await stage.onEngine(), []);
});

test.serial('status reports a stage that is not deployed', async (t) => {
  const { code, output } = await stage.npm('status');
  t.is(code, 1);
  t.regex(output, /The stage atlas-test-cycle is not deployed: run npm run deploy/);
});
