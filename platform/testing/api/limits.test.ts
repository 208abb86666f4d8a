import test from 'ava';
import { allowedHosts } from '../../api/middleware/allowed-hosts.js';
import { startTestApi } from './support/api.js';
import { parseAnswer, sendRaw } from './support/raw-http.js';

const input = { name: 'Ada' };

test('answers 429 with Retry-After above the limit of an address, and reports the remaining requests', async (t) => {
  const api = await startTestApi({ options: { addressRateLimit: 3 } });
  t.teardown(() => api.close());
  const answers = [];
  for (let count = 0; count < 4; count += 1) answers.push(await api.post('/v1/workflows/hello/start', input));
  t.deepEqual(
    answers.map(({ status }) => status),
    [202, 202, 202, 429],
  );
  t.is(answers[0]?.headers.get('ratelimit-policy'), '"address";q=3;w=10');
  t.regex(answers[0]?.headers.get('ratelimit') ?? '', /^"address";r=2;t=(9|10)$/);
  t.regex(answers[3]?.headers.get('ratelimit') ?? '', /^"address";r=0;t=[0-9]+$/);
  t.regex(answers[3]?.headers.get('retry-after') ?? '', /^([1-9]|10)$/);
  t.like(await answers[3]?.json(), { code: 'rate-limited' });
});

test('counts requests per address and per caller, and reports both', async (t) => {
  const api = await startTestApi({ options: { addressRateLimit: 100, callerRateLimit: 1 } });
  t.teardown(() => api.close());
  const first = await api.fetch('/v1/runs');
  t.is(first.headers.get('ratelimit-policy'), '"address";q=100;w=10, "caller";q=1;w=10');
  t.regex(first.headers.get('ratelimit') ?? '', /^"address";r=99;t=[0-9]+, "caller";r=0;t=[0-9]+$/);
  t.is((await api.fetch('/v1/runs')).status, 429);
  t.is((await api.fetch('/openapi.json')).status, 200);
});

test('reads X-Forwarded-For from as many proxies as are trusted', async (t) => {
  for (const [trustedProxies, expected] of [
    [0, [200, 429, 429]],
    [1, [200, 200, 429]],
  ] as const) {
    const api = await startTestApi({ options: { addressRateLimit: 1, trustedProxies } });
    t.teardown(() => api.close());
    const ask = async (forwarded: string) =>
      (await api.fetch('/v1/runs', { headers: { 'X-Forwarded-For': forwarded } })).status;
    // The client's own entry comes before that of the proxy.
    t.deepEqual(
      [await ask('10.0.0.1, 10.0.0.2'), await ask('10.0.0.2, 10.0.0.3'), await ask('10.0.0.9, 10.0.0.3')],
      [...expected],
    );
  }
});

test('counts the addresses of one IPv6 network together', async (t) => {
  const api = await startTestApi({ options: { addressRateLimit: 1, trustedProxies: 1 } });
  t.teardown(() => api.close());
  const ask = async (address: string) =>
    (await api.fetch('/v1/runs', { headers: { 'X-Forwarded-For': address } })).status;
  t.is(await ask('2001:db8:0:1::1'), 200);
  t.is(await ask('2001:db8:0:1:ffff::2'), 429);
  t.is(await ask('2001:db8:0:2::1'), 200);
});

test('on loopback, rejects foreign hosts on every path', async (t) => {
  const api = await startTestApi({ isAllowedHost: allowedHosts('127.0.0.1', ['atlas.example']) });
  t.teardown(() => api.close());
  const ask = async (host: string, path: string) =>
    parseAnswer(await sendRaw(api.port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).status;
  for (const path of ['/v1/runs', '/health/live', '/health', '/openapi.json', '/docs', '/nothing']) {
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '10.0.0.1', '[::2]'])
      t.is(await ask(host, path), 421, `${host} ${path}`);
  }
  const own = ['localhost', 'LOCALHOST:3000', 'localhost.:3000', '127.0.0.1:1', '[::1]:3000', '[0:0:0:0:0:0:0:1]'];
  for (const host of [...own, 'Atlas.example', 'atlas.example.:3000']) t.is(await ask(host, '/v1/runs'), 200, host);
});

test('on other addresses, allows every host unless names are configured', (t) => {
  const request = (host: string) => ({ headers: { host } }) as never;
  t.true(allowedHosts('0.0.0.0', [])(request('anything.example')));
  t.false(allowedHosts('0.0.0.0', ['atlas.example'])(request('anything.example')));
  t.true(allowedHosts('0.0.0.0', ['atlas.example'])(request('127.0.0.1:3000')));
});

test('CORS allows configured origins only', async (t) => {
  const none = await startTestApi();
  const some = await startTestApi({ routes: [], options: { corsOrigins: ['https://shop.example'] } });
  t.teardown(() => Promise.all([none.close(), some.close()]));
  const origin = (Origin: string) => ({ headers: { Origin } });
  t.is((await none.fetch('/v1/runs', origin('https://shop.example'))).headers.get('access-control-allow-origin'), null);
  t.is((await some.fetch('/v1/runs', origin('https://evil.example'))).headers.get('access-control-allow-origin'), null);
  const allowed = await some.fetch('/v1/runs', origin('https://shop.example'));
  t.is(allowed.headers.get('access-control-allow-origin'), 'https://shop.example');
  t.regex(allowed.headers.get('access-control-expose-headers') ?? '', /Retry-After/);
  const refused = await some.fetch('/v1/runs/1', origin('https://shop.example'));
  t.is(refused.status, 404);
  t.is(refused.headers.get('access-control-allow-origin'), 'https://shop.example');
  const preflight = await some.fetch('/v1/workflows/hello/start', {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://shop.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
    },
  });
  t.is(preflight.status, 204);
  t.is(preflight.headers.get('access-control-allow-methods'), 'GET,HEAD,POST');
  t.is(preflight.headers.get('access-control-allow-credentials'), null);
});

test('rejects changes from other origins unless keys are required', async (t) => {
  const api = await startTestApi({ options: { corsOrigins: ['https://shop.example'] } });
  t.teardown(() => api.close());
  const start = (origin: string, method = 'POST') =>
    api.fetch('/v1/workflows/health-check/start', { method, headers: { Origin: origin } });
  for (const origin of ['https://evil.example', 'null', `http://127.0.0.1.evil.example:${api.port}`]) {
    const refused = await start(origin);
    t.is(refused.status, 403, origin);
    t.like(await refused.json(), { code: 'origin-not-allowed' });
  }
  t.is((await start(`http://127.0.0.1:${api.port}`)).status, 202, 'the page at /docs');
  t.is((await start('https://shop.example')).status, 202);
  t.is((await api.fetch('/v1/runs', { headers: { Origin: 'https://evil.example' } })).status, 200);
  const locked = await startTestApi({ authenticator: { credentials: 'API key', authenticate: async () => undefined } });
  t.teardown(() => locked.close());
  const unknown = await locked.fetch('/v1/workflows/health-check/start', {
    method: 'POST',
    headers: { Origin: 'https://evil.example' },
  });
  t.is(unknown.status, 401);
});
