import { networkInterfaces } from 'node:os';
import test from 'ava';
import { product } from '../../../config/product.js';
import { ApiClient } from './support/api.js';
import { canConnect } from './support/can-connect.js';
import { docker, run, TestStage } from './support/commands.js';
import { deployed, unchanged } from './support/expectations.js';

/** What other machines can reach. A non-loopback address of this machine stands for them. */
const stage = new TestStage('atlas-test-open', { DEPLOY_API_REPLICAS: '1' });
const api = new ApiClient(stage);
const { ports } = stage.stage;
const address = Object.values(networkInterfaces())
  .flat()
  .find((it) => it?.family === 'IPv4' && !it.internal)?.address;
const password = 'canary of $27 "characters"';
const basic = (given: string) => ({ Authorization: `Basic ${Buffer.from(`admin:${given}`).toString('base64')}` });

const ask = async (port: number | undefined, path: string, headers: Record<string, string> = {}, host = address) =>
  fetch(`http://${host}:${port}${path}`, { headers });
const ui = '/api/v1/settings';

test.before(() => stage.begin());
test.after.always(() => stage.clear());

for (const [what, settings, message] of [
  ["Temporal's UI without a login", { DEPLOY_UI_BIND_ADDRESS: '0.0.0.0' }, /DEPLOY_UI_PASSWORD: required because/],
  ['PostgreSQL', { DEPLOY_POSTGRES_BIND_ADDRESS: '0.0.0.0' }, /DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS=true/],
  ["Temporal's gRPC port", { DEPLOY_TEMPORAL_BIND_ADDRESS: '::' }, /DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN=true/],
  ['a name instead of an address', { DEPLOY_BIND_ADDRESS: 'atlas.example' }, /is not an IP address/],
] as const)
  test.serial(`every way to deploy rejects ${what}, and so does doctor`, async (t) => {
    const other = new TestStage(stage.name, settings);
    t.teardown(() => other.clear());
    for (const [code, ended] of [
      [78, await other.npm('deploy')],
      [1, await other.npm('doctor', 'deploy')],
      [1, await other.cdktf('deploy', '--auto-approve')],
    ] as const) {
      t.is(ended.code, code, ended.output);
      t.regex(ended.output, message);
    }
    t.deepEqual(await stage.onEngine(), []);
  });

test.serial('with DEPLOY_BIND_ADDRESS=0.0.0.0, other machines reach only the API', async (t) => {
  t.truthy(address, 'this machine has a non-loopback address');
  Object.assign(stage.settings, { DEPLOY_BIND_ADDRESS: '0.0.0.0' });
  await deployed(t, stage.npm('deploy'));
  t.is((await ask(ports.api, '/v1/runs')).status, 401);
  t.is((await ask(ports.api, '/v1/runs', { Authorization: `Bearer ${api.key}` })).status, 200);
  t.false(await canConnect(address ?? '', ports.ui));
  t.is((await ask(ports.ui, ui, {}, '127.0.0.1')).status, 200);
  const published = await docker(
    'ps',
    '--filter',
    `label=${product.name}.stage=${stage.name}`,
    '--format',
    '{{.Ports}}',
  );
  t.deepEqual(published.match(/\S+->/g)?.sort(), [`0.0.0.0:${ports.api}->`, `127.0.0.1:${ports.ui}->`]);
});

test.serial("only callers with a key see versions, latencies and errors in a stage's health", async (t) => {
  const anonymous = await ask(ports.api, '/health');
  t.is(anonymous.status, 200);
  const { checkedAt, ...report } = (await anonymous.json()) as Record<string, unknown>;
  t.truthy(checkedAt);
  t.deepEqual(report, {
    status: 'ok',
    ready: true,
    shuttingDown: false,
    service: 'api',
    components: {
      postgres: { state: 'ok', critical: true },
      temporal: { state: 'ok', critical: false },
      reconciler: { state: 'ok', critical: false },
      workflows: { state: 'ok', critical: false },
    },
  });
  t.deepEqual(await (await ask(ports.api, '/health/live')).json(), { status: 'ok', service: 'api' });
  t.notRegex(await (await ask(ports.api, '/health/ready')).text(), /version|latency|\d\.\d/);
  const whole = (await (await api.call('/health')).json()) as { version: string; components: Record<string, object> };
  t.regex(whole.version, /^\d/);
  t.deepEqual(Object.keys(whole.components['postgres'] ?? {}).sort(), ['critical', 'latencyMs', 'state', 'version']);
  t.is((await api.call('/health', {}, `${product.apiKeyPrefix}nobody`)).status, 401);
});

test.serial("Temporal's UI requires the login on every path if other machines can reach it", async (t) => {
  Object.assign(stage.settings, { DEPLOY_UI_BIND_ADDRESS: '0.0.0.0', DEPLOY_UI_PASSWORD: password });
  await deployed(t, stage.npm('deploy'));
  for (const host of [address, '127.0.0.1']) {
    for (const path of ['/', ui, '/healthz', '/namespaces/default/workflows', '/_app/version.json', '//'])
      for (const headers of [{}, basic('canary'), basic(''), { Authorization: `Bearer ${api.key}` }]) {
        const answer = await ask(ports.ui, path, headers, host);
        t.is(answer.status, 401, path);
        t.regex(answer.headers.get('www-authenticate') ?? '', /^Basic /);
        t.is(await answer.text(), '');
      }
    t.is((await ask(ports.ui, ui, basic(password), host)).status, 200);
  }
  t.is((await docker('port', `${stage.prefix}-temporal-ui`)).trim(), '');
  await unchanged(t, stage);
});

test.serial('the password is stored nowhere, and its hash only in the file of the login', async (t) => {
  const names = await stage.containers({ all: true });
  const hashFile = `${stage.stage.secretsFolder}/ui-login/ui-password-hash`;
  const { output: found } = await run('grep', ['-rlF', '-e', 'canary of', '-e', '$2b$10$', stage.folder]);
  t.deepEqual(found.split('\n').filter(Boolean), [hashFile]);
  t.notRegex(await docker('inspect', ...names), /canary of|\$2b\$10\$/);
  t.notRegex((await stage.npm('plan')).output, /canary of|\$2b\$10\$/);
  t.notRegex((await run('docker', ['logs', `${stage.prefix}-ui-login`])).output, /canary of|\$2b\$10\$/);
});

test.serial('a new password replaces only the login, which rejects the old one', async (t) => {
  const ids = async () =>
    new Map(
      (await docker('ps', '--filter', `label=${product.name}.stage=${stage.name}`, '--format', '{{.Names}} {{.ID}}'))
        .trim()
        .split('\n')
        .map((line) => line.split(' ') as [string, string]),
    );
  const before = await ids();
  stage.settings['DEPLOY_UI_PASSWORD'] = 'another password';
  t.is((await stage.npm('plan', '--detailed-exitcode')).code, 2);
  await deployed(t, stage.npm('deploy'));
  const after = await ids();
  t.deepEqual(
    [...after].filter(([name, id]) => before.get(name) !== id).map(([name]) => name),
    [`${stage.prefix}-ui-login`],
  );
  t.is((await ask(ports.ui, ui, basic(password))).status, 401);
  t.is((await ask(ports.ui, ui, basic('another password'))).status, 200);
  await unchanged(t, stage);
});

test.serial('without the login, only this machine reaches the UI again', async (t) => {
  for (const name of ['DEPLOY_UI_BIND_ADDRESS', 'DEPLOY_UI_PASSWORD']) delete stage.settings[name];
  // For the next test. Callers of a published port on 127.0.0.1 come from the gateway of the stage's network.
  const gateway = '{{(index .IPAM.Config 0).Gateway}}';
  const balancer = (await docker('network', 'inspect', stage.stage.network, '--format', gateway)).trim();
  stage.settings['DEPLOY_TRUSTED_PROXIES'] = `${balancer},192.0.2.0/24`;
  await deployed(t, stage.cdktf('deploy', '--auto-approve'));
  t.false(await canConnect(address ?? '', ports.ui));
  t.is((await ask(ports.ui, ui, {}, '127.0.0.1')).status, 200);
  t.false((await stage.containers({ all: true })).includes(`${stage.prefix}-ui-login`));
});

test.serial('records the last address in X-Forwarded-For that is not that of a trusted load balancer', async (t) => {
  const recorded = (forwarded: string) => api.recordedAddress({ 'X-Forwarded-For': forwarded });
  t.is(await recorded('203.0.113.7'), '203.0.113.7');
  t.is(await recorded('203.0.113.7, 2001:db8::8'), '2001:db8::8');
  t.is(await recorded('203.0.113.7, 203.0.113.8, 192.0.2.1'), '203.0.113.8');
});

test.serial('with tokens alone, the API accepts no keys, and a deploy shows none', async (t) => {
  Object.assign(stage.settings, {
    API_AUTHENTICATION: 'oidc',
    API_OIDC_ISSUER: 'https://192.0.2.1',
    API_OIDC_AUDIENCE: 'https://api.example.com',
  });
  const { output } = await deployed(t, stage.npm('deploy'));
  t.regex(output, /The API accepts tokens of https:\/\/192\.0\.2\.1/);
  t.notRegex(output, /first key/);
  t.is((await api.call('/v1/runs')).status, 401);
  t.notRegex((await stage.npm('status')).output, /first key/);
  await unchanged(t, stage);
});
