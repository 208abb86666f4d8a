import test from 'ava';
import { startTestApi } from './support/api.js';

test('answers 404 for an unknown path', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const path of [
    '/',
    '/v1',
    '/v1/',
    '/v1/runs/',
    '/V1/runs',
    '//',
    '/v1//runs',
    '/%zz',
    '/%00',
    '/favicon.ico',
    '/health/',
  ]) {
    for (const method of ['GET', 'POST', 'OPTIONS', 'PROPFIND']) {
      const answer = await api.fetch(path, { method });
      t.is(answer.status, 404, `${method} ${path}`);
      t.like(await answer.json(), { code: 'route-not-found' });
    }
  }
});

test('answers 405 with Allow for another method', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const paths: [method: string, path: string, allow: string][] = [
    ['DELETE', '/v1/runs', 'HEAD, GET, OPTIONS'],
    ['PROPFIND', '/v1/runs/1', 'HEAD, GET, OPTIONS'],
    ['GET', '/v1/workflows/hello/start', 'POST, OPTIONS'],
    ['PATCH', '/v1/runs/1/signals/x', 'POST, OPTIONS'],
    ['POST', '/health', 'HEAD, GET, OPTIONS'],
  ];
  for (const [method, path, allow] of paths) {
    const answer = await api.fetch(path, { method });
    t.is(answer.status, 405, path);
    t.is(answer.headers.get('allow'), allow);
    t.like(await answer.json(), { code: 'method-not-allowed' });
  }
});

test('answers OPTIONS with 204 and Allow', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.fetch('/v1/workflows/hello/start', { method: 'OPTIONS' });
  t.is(answer.status, 204);
  t.is(answer.headers.get('allow'), 'POST, OPTIONS');
});

test('answers HEAD like GET, without a body', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const [get, head] = [await api.fetch('/v1/workflows'), await api.fetch('/v1/workflows', { method: 'HEAD' })];
  t.is(head.status, 200);
  t.is(head.headers.get('content-length'), get.headers.get('content-length'));
  t.is(await head.text(), '');
});
