import test from 'ava';
import { makeToken, readToken, type StoredApiKey } from '../../auth/api-key.js';
import { createAuthenticator } from '../../auth/authenticator.js';
import { DatabaseUnavailable } from '../../errors/platform.js';
import { testProduct } from '../test-product.js';
import { startTestApi } from './support/api.js';

test('answers 200 on all three endpoints while everything is ok', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const path of ['/health', '/health/live', '/health/ready']) t.is((await api.fetch(path)).status, 200, path);
});

test('is alive but not ready while a critical component is down', async (t) => {
  const checks = [{ name: 'postgres', critical: true, run: () => Promise.reject(new Error('gone')) }];
  const api = await startTestApi({ health: { checks } });
  t.teardown(() => api.close());
  t.is((await api.fetch('/health/live')).status, 200);
  const ready = await api.fetch('/health/ready');
  t.is(ready.status, 503);
  t.truthy(ready.headers.get('retry-after'));
  t.like(await ready.json(), { status: 'down', ready: false, failing: ['postgres'] });
  t.is((await api.fetch('/health')).status, 503);
});

test('is degraded but ready while another component is down', async (t) => {
  const checks = [{ name: 'temporal', critical: false, run: () => Promise.reject(new Error('gone')) }];
  const api = await startTestApi({ health: { checks } });
  t.teardown(() => api.close());
  t.like(await (await api.fetch('/health/ready')).json(), { status: 'degraded', ready: true });
  const report = await api.fetch('/health');
  t.is(report.status, 200);
  t.like(await report.json(), { status: 'degraded', components: { temporal: { state: 'down', critical: false } } });
});

test('logs probes at debug', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  await api.fetch('/health/live');
  t.is((await api.waitFor((line) => line['path'] === '/health/live'))['level'], 'debug');
});

/** An API that requires keys: `postgres` is ok, and `temporal` fails with a secret message. */
const checks = [
  { name: 'postgres', critical: true, run: async () => ({ version: '17.11', detail: 'on 10.0.0.1' }) },
  { name: 'temporal', critical: false, run: () => Promise.reject(new Error('secret')) },
];
const token = makeToken(testProduct);
function storedKey(revokedAt: Date | null): StoredApiKey {
  const { id = '', secretHash = Buffer.alloc(0) } = readToken(token) ?? {};
  return { key: { id, name: 'ada', scopes: ['runs:read'], createdAt: new Date(), revokedAt }, secretHash };
}
const withKeys = (find: () => Promise<StoredApiKey | undefined>) =>
  startTestApi({ health: { checks }, authenticator: createAuthenticator({ find }) });
const bearer = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } });
const states = { postgres: { state: 'ok', critical: true }, temporal: { state: 'down', critical: false } };

test('if keys are required, callers without a key see states only, and probes need no key', async (t) => {
  const api = await withKeys(async () => storedKey(null));
  t.teardown(() => api.close());
  const report = await api.fetch('/health');
  t.is(report.status, 200);
  const { checkedAt, ...shown } = (await report.json()) as { checkedAt: string };
  t.truthy(Date.parse(checkedAt));
  t.deepEqual(shown, {
    status: 'degraded',
    ready: true,
    shuttingDown: false,
    service: 'api',
    components: states,
  } as object);
  t.deepEqual(await (await api.fetch('/health/live')).json(), { status: 'ok', service: 'api' });
  t.deepEqual(await (await api.fetch('/health/ready')).json(), {
    status: 'degraded',
    ready: true,
    shuttingDown: false,
    failing: ['temporal'],
  });
});

test('if keys are required, any valid key shows the complete report, but no details in probes', async (t) => {
  const api = await withKeys(async () => storedKey(null));
  t.teardown(() => api.close());
  const report = await api.fetch('/health', bearer(token));
  t.is(report.status, 200);
  const shown = (await report.json()) as { components: Record<string, { latencyMs?: number }> };
  t.like(shown, {
    version: '1.2.3',
    components: {
      postgres: { state: 'ok', version: '17.11', detail: 'on 10.0.0.1' },
      temporal: { state: 'down', error: { code: 'check-failed' } },
    },
  });
  for (const { latencyMs } of Object.values(shown.components)) t.is(typeof latencyMs, 'number');
  t.deepEqual(await (await api.fetch('/health/live', bearer(token))).json(), { status: 'ok', service: 'api' });
  t.notRegex(await (await api.fetch('/health/ready', bearer(token))).text(), /version|latency|1\.2\.3/);
});

for (const [what, authorization, revokedAt] of [
  ['an unknown key', `Bearer ${makeToken(testProduct)}`, null],
  ['a revoked key', `Bearer ${token}`, new Date()],
  ['an invalid token', 'Bearer x', null],
  ['another scheme', 'Basic YTpi', null],
  ['an empty header', '', null],
] as const)
  test(`the report rejects ${what}, and probes ignore it`, async (t) => {
    const api = await withKeys(async () => storedKey(revokedAt));
    t.teardown(() => api.close());
    const headers = { Authorization: authorization };
    const report = await api.fetch('/health', { headers });
    t.is(report.status, 401);
    t.like(await report.json(), { code: 'unauthenticated' });
    t.is(report.headers.get('www-authenticate'), 'Bearer realm="tested", error="invalid_token"');
    for (const path of ['/health/live', '/health/ready']) t.is((await api.fetch(path, { headers })).status, 200, path);
  });

test('shows the states to a caller whose key cannot be verified', async (t) => {
  const api = await withKeys(() => Promise.reject(new DatabaseUnavailable('connect ECONNREFUSED')));
  t.teardown(() => api.close());
  const report = await api.fetch('/health', bearer(token));
  t.is(report.status, 200);
  t.deepEqual(((await report.json()) as { components: unknown }).components, states);
});

test("the report counts requests with a key towards the caller's rate limit", async (t) => {
  const api = await startTestApi({
    authenticator: createAuthenticator({ find: async () => storedKey(null) }),
    options: { callerRateLimit: 1 },
  });
  t.teardown(() => api.close());
  t.is((await api.fetch('/health', bearer(token))).status, 200);
  t.is((await api.fetch('/health', bearer(token))).status, 429);
  t.is((await api.fetch('/health')).status, 200);
});

test('if keys are not required, all callers see the complete report', async (t) => {
  const api = await startTestApi({ health: { checks } });
  t.teardown(() => api.close());
  t.like(await (await api.fetch('/health')).json(), {
    version: '1.2.3',
    components: {
      postgres: { version: '17.11', detail: 'on 10.0.0.1' },
      temporal: { error: { code: 'check-failed' } },
    },
  });
  t.like(await (await api.fetch('/health/live')).json(), { service: 'api', version: '1.2.3' });
});
