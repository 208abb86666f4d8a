import { connect } from 'node:net';
import test from 'ava';
import { startTestApi } from './support/api.js';
import { parseAnswer, sendRaw } from './support/raw-http.js';

test('answers 400 with a problem for malformed HTTP', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const requests = [
    'nonsense\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nX-A: \u0000\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'FROB / HTTP/1.1\r\nHost: x\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000',
  ];
  for (const request of requests) {
    const { status, headers, body } = parseAnswer(await sendRaw(api.port, request));
    t.is(status, 400, request);
    t.is(headers['content-type'], 'application/problem+json');
    t.is(headers['connection'], 'close');
    t.is(headers['x-content-type-options'], 'nosniff');
    t.like(JSON.parse(body), { code: 'request-malformed', status: 400, requestId: headers['x-request-id'] });
  }
});

test('answers 431 for headers that are too large', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const { status, body } = parseAnswer(
    await sendRaw(api.port, `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`),
  );
  t.is(status, 431);
  t.like(JSON.parse(body), { code: 'headers-too-large' });
});

test('answers 408 if the headers do not arrive in time', async (t) => {
  const api = await startTestApi({ headersTimeoutMs: 100 });
  t.teardown(() => api.close());
  const { status, body } = parseAnswer(await sendRaw(api.port, 'GET / HTTP/1.1\r\nHost: x\r\n'));
  t.is(status, 408);
  t.like(JSON.parse(body), { code: 'request-timeout' });
});

const slowBody =
  'POST /v1/workflows/hello/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{';

test('answers 408 if the body does not arrive in time', async (t) => {
  const api = await startTestApi({ headersTimeoutMs: 100, requestTimeoutMs: 200 });
  t.teardown(() => api.close());
  t.is(parseAnswer(await sendRaw(api.port, slowBody)).status, 408);
});

test('stops receiving a rejected body', async (t) => {
  const api = await startTestApi({ requestTimeoutMs: 10_000, bodyLimitBytes: 1024 });
  t.teardown(() => api.close());
  const head =
    'POST /v1/workflows/hello/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999999\r\n\r\n';
  const text = await sendRaw(api.port, head + 'x'.repeat(5000));
  t.is(parseAnswer(text).status, 413);
});

test('serves several requests on one connection', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const get = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
  const text = await sendRaw(api.port, get + get + get, (all) => all.split('"status":"ok"').length === 4);
  t.is(text.split('HTTP/1.1 200 OK').length, 4);
});

test('survives clients that disconnect', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  await Promise.all(
    Array.from(
      { length: 20 },
      () =>
        new Promise((resolve) => {
          const socket = connect(api.port, '127.0.0.1', () => socket.write(slowBody, () => socket.resetAndDestroy()));
          socket.on('close', resolve).on('error', () => {});
        }),
    ),
  );
  t.is((await api.fetch('/health/live')).status, 200);
  t.false(api.lines.some(({ level }) => level === 'error'));
});
