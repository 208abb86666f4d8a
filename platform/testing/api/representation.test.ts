import test from 'ava';
import { startTestApi, type TestApi } from './support/api.js';
import { createInMemoryRuns, outcomes } from './support/in-memory-runs.js';

const startRun = async (api: TestApi) =>
  ((await (await api.post('/v1/workflows/hello/start', { name: 'Ada' })).json()) as { id: string }).id;

test('answers 304 without a body for an unchanged run, and 200 with a new ETag for a changed one', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  const path = `/v1/runs/${await startRun(api)}`;
  const etag = (await api.fetch(path)).headers.get('etag') ?? '';
  const strong = etag.replace('W/', '');
  for (const given of [etag, strong, `"other", ${etag}`, '*']) {
    const same = await api.fetch(path, { headers: { 'If-None-Match': given } });
    t.is(same.status, 304, given);
    t.is(same.headers.get('etag'), etag);
    t.is(await same.text(), '');
  }
  runs.end(path.split('/').at(-1) ?? '', outcomes.completed);
  const changed = await api.fetch(path, { headers: { 'If-None-Match': etag } });
  t.is(changed.status, 200);
  t.not(changed.headers.get('etag'), etag);
});

test('compresses large answers for clients that accept gzip', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const sizeOf = async (path: string, encoding: string) => {
    const answer = await api.fetch(path, { headers: { 'Accept-Encoding': encoding } });
    await answer.arrayBuffer();
    return { encoding: answer.headers.get('content-encoding'), vary: answer.headers.get('vary') };
  };
  t.deepEqual(await sizeOf('/openapi.json', 'gzip'), { encoding: 'gzip', vary: 'Accept-Encoding' });
  t.deepEqual(await sizeOf('/openapi.json', 'identity'), { encoding: null, vary: 'Accept-Encoding' });
  t.deepEqual(await sizeOf('/health/live', 'gzip'), { encoding: null, vary: 'Accept-Encoding' });
});

test('HEAD has the headers of GET but no body, also if GET would be compressed', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const id = await startRun(api);
  for (const path of ['/v1/runs', `/v1/runs/${id}`, '/v1/workflows', '/openapi.json', '/health', '/docs']) {
    for (const encoding of ['identity', 'gzip']) {
      const init = { headers: { 'Accept-Encoding': encoding } };
      const get = await api.fetch(path, init);
      const head = await api.fetch(path, { ...init, method: 'HEAD' });
      t.is(head.status, get.status, path);
      for (const name of ['content-type', 'etag', 'cache-control', 'vary'])
        t.is(head.headers.get(name), get.headers.get(name), `${path} ${name}`);
      const length = head.headers.get('content-length');
      // The report of /health contains latencies, whose length differs.
      if (length !== null && path !== '/health') t.is(get.headers.get('content-length'), length, `${path} ${encoding}`);
      t.is(await head.text(), '');
      await get.arrayBuffer();
    }
  }
});

test('OPTIONS lists the methods of a path', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const allowOf = async (path: string) => {
    const answer = await api.fetch(path, { method: 'OPTIONS' });
    t.is(answer.status, 204, path);
    return answer.headers.get('allow');
  };
  t.is(await allowOf('/v1/runs'), 'HEAD, GET, OPTIONS');
  t.is(await allowOf('/v1/workflows/hello/start'), 'POST, OPTIONS');
  t.is(await allowOf('/openapi.json'), 'HEAD, GET, OPTIONS');
});

test('the API reference loads only its own files, which are cacheable', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const page = await api.fetch('/docs');
  t.is(page.headers.get('content-type'), 'text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy') ?? '';
  t.regex(policy, /default-src 'none'; script-src 'self'/);
  t.notRegex(policy, /https?:|unsafe-eval|\*/);
  const html = await page.text();
  t.notRegex(html, /(src|href)="https?:/);
  const files = [...html.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, path = '']) => path);
  t.is(files.length, 4);
  for (const path of files) {
    const file = await api.fetch(path);
    t.is(file.status, 200, path);
    t.true((await file.arrayBuffer()).byteLength > 100, path);
    const etag = file.headers.get('etag');
    if (etag === null) continue;
    t.is((await api.fetch(path, { headers: { 'If-None-Match': etag } })).status, 304, path);
  }
  for (const path of ['/docs/package.json', '/docs/..%2fpackage.json', '/docs/__proto__', '/docs/'])
    t.is((await api.fetch(path)).status, 404, path);
});
