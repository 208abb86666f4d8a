import test from 'ava';
import { startTestApi } from './support/api.js';
import { parseAnswer, sendRaw } from './support/raw-http.js';

const ask = async (port: number, target: string, method = 'GET') =>
  parseAnswer(await sendRaw(port, `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`));

test('serves a target in absolute form like its path', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  t.is((await ask(api.port, 'http://x/health/live')).status, 200);
  t.is((await ask(api.port, 'https://x:1/v1/runs?limit=0')).status, 422);
});

test('answers 400 for a target that is neither a path nor an http URL', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const target of [
    'http://[',
    'http://a:b:c:d/',
    'http://%zz/',
    'file:///health/live',
    'x',
    '*',
    'javascript:x',
  ]) {
    const { status, headers, body } = await ask(api.port, target);
    t.is(status, 400, target);
    t.is(headers['content-type'], 'application/problem+json', target);
    t.like(JSON.parse(body), { code: 'request-malformed' });
  }
});

test('answers 404 for paths with characters that are invalid in URLs', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const target of ['/a#b', '//[', '/\\', '/|^`{}', `/${'x'.repeat(10_000)}`]) {
    t.is((await ask(api.port, target)).status, 404, target);
  }
});

test('answers OPTIONS * with 204', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  t.is((await ask(api.port, '*', 'OPTIONS')).status, 204);
});
