import { gzipSync } from 'node:zlib';
import anyTest, { type TestFn } from 'ava';
import { parseAnswer, sendRaw } from '../../../platform/testing/api/support/raw-http.js';
import { type AbusedApi, memoryComesBack, seesMemory, settledMemory, startAbusedApi } from './support/abused-api.js';

const test = anyTest as TestFn<{ api: AbusedApi }>;

test.before(async (t) => {
  t.context.api = await startAbusedApi();
});

test.after.always(({ context: { api } }) => api?.close());

const path = '/v1/workflows/hello/start';
const valid = '{"name":"Ada"}';
const tenMegabytes = Buffer.alloc(10_000_000, ' ');
const head = (...lines: readonly string[]) =>
  [`POST ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json', ...lines, '', ''].join('\r\n');
const live = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

/** Bodies that the API must parse before it rejects them. */
const costly = [
  '['.repeat(1_000_000),
  '{"a":'.repeat(200_000),
  `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  `[${'{},'.repeat(340_000)}{}]`,
  `{${Array.from({ length: 60_000 }, (_, index) => `"k${index}":0`).join()}}`,
  `{"name":"${'\\u0000'.repeat(170_000)}"}`,
  `{"name":${'9'.repeat(1_000_000)}}`,
];

test.serial('answers 413 to 10 MB with a Content-Length, and keeps the connection', async (t) => {
  const { api } = t.context;
  const request = Buffer.concat([Buffer.from(head(`Content-Length: ${tenMegabytes.length}`)), tenMegabytes]);
  const text = await sendRaw(api.port, Buffer.concat([request, Buffer.from(live)]));
  t.is(parseAnswer(text).status, 413);
  t.regex(text, /body-too-large.*HTTP\/1\.1 200 OK.*"status":"ok"/s);
});

test.serial('answers 413 to 10 MB in chunks, and keeps the connection', async (t) => {
  const { api } = t.context;
  const chunk = Buffer.concat([Buffer.from('186a0\r\n'), Buffer.alloc(100_000, ' '), Buffer.from('\r\n')]);
  const chunks = Array.from({ length: 100 }, () => chunk);
  const request = [Buffer.from(head('Transfer-Encoding: chunked')), ...chunks, Buffer.from('0\r\n\r\n')];
  const text = await sendRaw(api.port, Buffer.concat([...request, Buffer.from(live)]));
  t.is(parseAnswer(text).status, 413);
  t.regex(text, /body-too-large.*HTTP\/1\.1 200 OK.*"status":"ok"/s);
});

test.serial('answers 413 to 50 concurrent clients that send 10 MB, and serves other clients', async (t) => {
  const { api } = t.context;
  const large = Array.from({ length: 50 }, () => api.post(path, tenMegabytes));
  const honest = Array.from({ length: 20 }, () => api.post(path, valid));
  t.deepEqual(new Set((await Promise.all(honest)).map(({ status }) => status)), new Set([202]));
  t.deepEqual(new Set((await Promise.all(large)).map(({ status }) => status)), new Set([413]));
});

test.serial('rejects costly bodies of the maximum size quickly', async (t) => {
  const { api } = t.context;
  for (const body of costly) {
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.post(path, body)));
    for (const { status } of answers) t.true(status === 400 || status === 422, `${status}: ${body.slice(0, 20)}`);
  }
});

test.serial('treats names such as __proto__ as data, and rejects them if the schema does not allow them', async (t) => {
  const { api } = t.context;
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    const answer = await api.post(path, `{"name":"Ada","${name}":{"prototype":{"polluted":true},"polluted":true}}`);
    t.is(answer.status, 422, name);
    t.like(await answer.json(), { errors: [{ pointer: `/${name}` }] });
  }
  const alone = await api.post(path, '{"constructor":{"prototype":{"name":"Ada"}},"__proto__":{"name":"Ada"}}');
  t.is(alone.status, 422);
  // A polluted prototype would provide the missing property.
  t.is((await api.post(path, '{}')).status, 422);
});

test.serial('accepts these names as texts and as idempotency keys', async (t) => {
  const { api } = t.context;
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const body = JSON.stringify({ name });
    const answers = [
      await api.post(path, body, { 'Idempotency-Key': name }),
      await api.post(path, body, { 'Idempotency-Key': name }),
    ];
    const runs = await Promise.all(
      answers.map(async (answer) => (await answer.json()) as { id: string; input: unknown }),
    );
    t.deepEqual(
      answers.map(({ status }) => status),
      [202, 202],
    );
    t.is(runs[0]?.id, runs[1]?.id);
    t.deepEqual(runs[0]?.input, { name });
  }
});

test.serial('answers 415 to a gzip bomb without decompressing it', async (t) => {
  const { api } = t.context;
  const bomb = gzipSync(Buffer.alloc(300_000_000, ' '));
  for (const encoding of ['gzip', 'x-gzip', 'deflate', 'gzip, gzip']) {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.post(path, bomb, { 'Content-Encoding': encoding })),
    );
    for (const answer of answers) {
      t.is(answer.status, 415, encoding);
      t.like(await answer.json(), { code: 'content-encoding-unsupported' });
    }
  }
  // Without Content-Encoding, the compressed body is invalid JSON.
  t.is((await api.post(path, bomb)).status, 400);
});

test.serial('answers 400 to invalid UTF-8 anywhere in the body', async (t) => {
  const { api } = t.context;
  const broken = [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]];
  for (const bytes of broken) {
    const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from(bytes), Buffer.from('"}')]);
    t.is((await api.post(path, body)).status, 400, String(bytes));
    t.is((await api.post(path, Buffer.from(bytes))).status, 400, String(bytes));
  }
  t.is((await api.post(path, Buffer.from(valid, 'utf16le'))).status, 400);
});

(seesMemory ? test.serial : test.serial.skip)('uses no more memory when the abuse is repeated', async (t) => {
  const { api } = t.context;
  const once = await settledMemory(api);
  for (let time = 0; time < 3; time++) {
    const large = Array.from({ length: 50 }, () => tenMegabytes);
    for (const bodies of [large, ...costly.map((body) => Array.from({ length: 5 }, () => body))]) {
      await Promise.all(bodies.map(async (body) => (await api.post(path, body)).arrayBuffer()));
    }
  }
  await memoryComesBack(t, api, once);
});

test.serial('the API logged no errors', (t) => {
  t.deepEqual(t.context.api.faults(), []);
});
