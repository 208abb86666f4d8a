import { connect } from 'node:net';
import test from 'ava';
import { startTestApi, type TestApi } from './support/api.js';
import { parseAnswer, sendRaw } from './support/raw-http.js';

const path = '/v1/workflows/hello/start';
const valid = JSON.stringify({ name: 'Ada' });
const json = { 'Content-Type': 'application/json' };
const send = (api: TestApi, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json) =>
  api.fetch(path, { method: 'POST', body, headers });

test('answers 400 with the position for malformed JSON', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await send(api, '{"name":}');
  t.is(answer.status, 400);
  t.like(await answer.json(), {
    code: 'json-malformed',
    detail: 'Invalid JSON at line 1, column 9',
    position: { offset: 8, line: 1, column: 9 },
  });
});

test('answers 400 for bytes that are not UTF-8', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  t.is((await send(api, Uint8Array.from([0x22, 0xc3, 0x28, 0x22]))).status, 400);
});

test('checks JSON that is not an object against the schema', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const body of ['null', '[]', '"x"', '1', 'true']) {
    const answer = await send(api, body);
    t.is(answer.status, 422, body);
    t.like(await answer.json(), { code: 'input-invalid', errors: [{ pointer: '' }] });
  }
});

test('answers 422 for JSON that cannot be stored', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const bodies = [
    `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    '{"name":"Ada","__proto__":{"admin":true}}',
    '{"name":1e999}',
    '{"name":"\\u0000"}',
    '{"name":"\\ud800"}',
    '{"name\\u0000":"x"}',
  ];
  for (const body of bodies) {
    const answer = await send(api, body);
    t.is(answer.status, 422, body.slice(0, 50));
    t.like(await answer.json(), { code: 'input-invalid' });
  }
});

test('accepts only application/json in UTF-8', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const type of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/json ;']) {
    t.is((await send(api, valid, { 'Content-Type': type })).status, 202, type);
  }
  for (const type of [
    'text/plain',
    'application/jsonx',
    'application/json; charset=latin1',
    'multipart/form-data',
    '',
  ]) {
    const answer = await send(api, valid, { 'Content-Type': type });
    t.is(answer.status, 415, type);
    t.is(answer.headers.get('accept'), 'application/json');
    t.like(await answer.json(), { code: 'media-type-unsupported' });
  }
});

test('answers 415 for an encoded body', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const encoding of ['gzip', 'br', 'identity, gzip', 'nonsense']) {
    const answer = await send(api, valid, { ...json, 'Content-Encoding': encoding });
    t.is(answer.status, 415, encoding);
    t.like(await answer.json(), { code: 'content-encoding-unsupported' });
  }
  t.is((await send(api, valid, { ...json, 'Content-Encoding': 'identity' })).status, 202);
});

test('accepts a body at the limit and answers 413 for one byte more', async (t) => {
  const api = await startTestApi({ bodyLimitBytes: 1024 });
  t.teardown(() => api.close());
  const sized = (bytes: number) => valid + ' '.repeat(bytes - valid.length);
  t.is((await send(api, sized(1024))).status, 202);
  const answer = await send(api, sized(1025));
  t.is(answer.status, 413);
  t.like(await answer.json(), { code: 'body-too-large', detail: 'The body exceeds the limit of 1024 bytes' });
});

test('a client that sends far too much receives the answer', async (t) => {
  const api = await startTestApi({ bodyLimitBytes: 1024 });
  t.teardown(() => api.close());
  const chunk = new Uint8Array(65_536).fill(32);
  const streamed = () => {
    let left = 200;
    return new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
  };
  const init = { method: 'POST', headers: json, duplex: 'half' } as const;
  t.is((await api.fetch(path, { ...init, body: streamed() } as RequestInit)).status, 413);
  t.is((await send(api, new Uint8Array(20_000_000))).status, 413);
  t.is((await send(api, valid)).status, 202);
});

test('rejects a body by its Content-Length before the client sends it', async (t) => {
  const api = await startTestApi({ bodyLimitBytes: 1024 });
  t.teardown(() => api.close());
  const head = (expect: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n${expect}\r\n`;
  const refused = await sendRaw(api.port, head('Expect: 100-continue\r\n'));
  t.is(parseAnswer(refused).status, 413);
  t.is(parseAnswer(refused).headers['connection'], 'close');
  const early = await sendRaw(api.port, head(''), (text) => text.includes('body-too-large'));
  t.is(parseAnswer(early).status, 413);
});

test('sends 100 Continue for an acceptable body', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ${valid.length}\r\n\r\n`;
  const text = await sendRaw(api.port, head + valid);
  t.regex(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 202 Accepted/);
});

test('an empty chunked body counts as {}', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const text = await sendRaw(
    api.port,
    'POST /v1/workflows/health-check/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
  );
  t.is(parseAnswer(text).status, 202);
});

test('logs a client that disconnects while it sends its body', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name"`;
  const socket = connect(api.port, '127.0.0.1', () => socket.write(head, () => socket.destroy()));
  const line = await api.waitFor(({ msg }) => msg === 'request');
  t.like(line, { aborted: true, level: 'info' });
  t.false('status' in line);
  t.is((await send(api, valid)).status, 202);
});
