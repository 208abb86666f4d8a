import { connect } from 'node:net';
import anyTest, { type TestFn } from 'ava';
import { parseAnswer, sendRaw } from '../../../platform/testing/api/support/raw-http.js';
import { rowsOf } from '../../../platform/testing/support/postgres.js';
import { type AbusedApi, startAbusedApi } from './support/abused-api.js';

const test = anyTest as TestFn<{ api: AbusedApi }>;

test.before(async (t) => {
  t.context.api = await startAbusedApi();
});

test.after.always(({ context: { api } }) => api?.close());

const body = '{"name":"Ada"}';
const start = (lines: readonly string[], sent: string = body) =>
  [
    'POST /v1/workflows/hello/start HTTP/1.1',
    ...lines,
    'Content-Type: application/json',
    'Connection: close',
    '',
    sent,
  ].join('\r\n');
const length = `Content-Length: ${body.length}`;

const runsOf = async ({ database }: AbusedApi) =>
  (await rowsOf<{ count: number }>(database.sequelize, 'SELECT count(*)::int AS count FROM runs'))[0]?.count;

test.serial('answers 400 to two idempotency keys, even equal ones', async (t) => {
  const { api } = t.context;
  const before = await runsOf(api);
  for (const second of ['"a"', '"b"', '']) {
    const lines = ['Host: localhost', length, 'Idempotency-Key: "a"', `Idempotency-Key: ${second}`];
    const answer = parseAnswer(await sendRaw(api.port, start(lines)));
    t.is(answer.status, 400, second);
    t.like(JSON.parse(answer.body), { code: 'idempotency-key-invalid' });
  }
  t.is(await runsOf(api), before);
});

test.serial('answers 400 to two Content-Lengths, even equal ones, and closes the connection', async (t) => {
  const { api } = t.context;
  const before = await runsOf(api);
  for (const second of [length, 'Content-Length: 0', 'Content-Length: 5', 'content-length: 99999']) {
    const answer = parseAnswer(await sendRaw(api.port, start(['Host: localhost', length, second])));
    t.is(answer.status, 400, second);
    t.is(answer.headers['connection'], 'close');
  }
  t.is(await runsOf(api), before);
});

test.serial('answers 400 to an invalid Content-Length, and closes the connection', async (t) => {
  const { api } = t.context;
  for (const given of ['+14', '-1', '0x0e', '14, 14', '1e1', '99999999999999999999999', '14 14']) {
    const answer = parseAnswer(await sendRaw(api.port, start(['Host: localhost', `Content-Length: ${given}`])));
    t.is(answer.status, 400, given);
    t.is(answer.headers['connection'], 'close', given);
  }
});

test.serial('answers 400 without Host, and rejects foreign hosts among two', async (t) => {
  const { api } = t.context;
  t.is(parseAnswer(await sendRaw(api.port, start([length]))).status, 400);
  const before = await runsOf(api);
  for (const hosts of [
    ['evil.example', 'localhost'],
    ['localhost', 'evil.example'],
    ['localhost', 'localhost'],
  ]) {
    const lines = [...hosts.map((host) => `Host: ${host}`), length];
    const answer = parseAnswer(await sendRaw(api.port, start(lines)));
    t.is(answer.status, 400, String(hosts));
  }
  t.is(await runsOf(api), before);
});

test.serial('answers 400 to request smuggling, and closes the connection', async (t) => {
  const { api } = t.context;
  const before = await runsOf(api);
  const inner = start(['Host: localhost', length]);
  const attempts: readonly (readonly [name: string, lines: readonly string[], sent: string])[] = [
    ['CL.TE', [`Content-Length: ${inner.length + 5}`, 'Transfer-Encoding: chunked'], `0\r\n\r\n${inner}`],
    ['TE.CL', ['Transfer-Encoding: chunked', 'Content-Length: 4'], `5\r\nabcde\r\n0\r\n\r\n${inner}`],
    ['TE.TE', ['Transfer-Encoding: chunked', 'Transfer-Encoding: x'], `0\r\n\r\n${inner}`],
    ['unknown coding', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${inner}`],
    ['chunked is not the last', ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${inner}`],
    ['space before the colon', ['Transfer-Encoding : chunked'], `0\r\n\r\n${inner}`],
    ['vertical tab', ['Transfer-Encoding: \u000bchunked'], `0\r\n\r\n${inner}`],
    ['bare LF', ['X: a\nTransfer-Encoding: chunked', length], `0\r\n\r\n${inner}`],
    ['folded', ['X: a', ' Transfer-Encoding: chunked', `${length}\r\n x`], `0\r\n\r\n${inner}`],
    ['chunk of no size', ['Transfer-Encoding: chunked'], `x\r\n\r\n0\r\n\r\n${inner}`],
    ['chunk of a negative size', ['Transfer-Encoding: chunked'], `-1\r\n\r\n0\r\n\r\n${inner}`],
    ['chunk of too large a size', ['Transfer-Encoding: chunked'], `fffffffffffffffff\r\nx\r\n0\r\n\r\n${inner}`],
  ];
  for (const [name, lines, sent] of attempts) {
    const head = ['POST /v1/workflows/hello/start HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    const text = await sendRaw(api.port, [...head, ...lines, '', sent].join('\r\n'));
    t.is(parseAnswer(text).status, 400, name);
    t.is(text.split('HTTP/1.1 ').length, 2, `${name}: ${text}`);
  }
  t.is(await runsOf(api), before);
});

test.serial('answers 431 to too large or too many headers, and closes the connection', async (t) => {
  const { api } = t.context;
  const large = [
    [`X-A: ${'a'.repeat(20_000)}`],
    [`${'A'.repeat(20_000)}: a`],
    Array.from({ length: 3_000 }, (_, index) => `X-${index}: a`),
    [`Cookie: ${'a=b; '.repeat(10_000)}`],
  ];
  for (const lines of large) {
    const answer = parseAnswer(await sendRaw(api.port, start(['Host: localhost', length, ...lines])));
    t.is(answer.status, 431, lines[0]?.slice(0, 20));
    t.is(answer.headers['connection'], 'close');
  }
  const target = parseAnswer(
    await sendRaw(api.port, `GET /v1/runs?limit=${'1'.repeat(50_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
  );
  t.is(target.status, 431);
});

test.serial('answers 422 with the name of each unknown, repeated or object-like parameter', async (t) => {
  const { api } = t.context;
  const queries: Readonly<Record<string, readonly string[]>> = {
    'limit=1&limit=1': ['limit'],
    'limit=1&limit=2&limit=3': ['limit'],
    'limit=1&%6Cimit=2': ['limit'],
    'limt=1&nope': ['limt', 'nope'],
    'limit[]=1': ['limit[]'],
    'limit[$gt]=1': ['limit[$gt]'],
    '__proto__=1': ['__proto__'],
    '__proto__[limit]=1&constructor=1': ['__proto__[limit]', 'constructor'],
    'LIMIT=1': ['LIMIT'],
    '=1': [''],
    'limit=%00': ['limit'],
    'limit=%ff%fe': ['limit'],
    'limit=1e1&cursor=x': ['cursor', 'limit'],
  };
  for (const [query, names] of Object.entries(queries)) {
    const answer = await api.get(`/v1/runs?${query}`);
    t.is(answer.status, 422, query);
    const { errors } = (await answer.json()) as { errors: { parameter: string }[] };
    t.deepEqual(errors.map(({ parameter }) => parameter).sort(), names, query);
  }
  const many = await api.get(`/v1/runs?${Array.from({ length: 2_000 }, (_, index) => `p${index}`).join('&')}`);
  t.is(many.status, 422);
});

test.serial('tolerates 1000 connections that send nothing or part of a request', async (t) => {
  const { api } = t.context;
  const partial = ['', 'P', 'POST / HTTP/1.1\r\n', start(['Host: localhost', 'Content-Length: 500'], '{')];
  await Promise.all(
    Array.from(
      { length: 1_000 },
      (_, index) =>
        new Promise<void>((resolve) => {
          const socket = connect(api.port, '127.0.0.1', () => {
            socket.write(partial[index % partial.length] || '\r\n', () => socket.resetAndDestroy());
          });
          socket.on('error', () => {}).once('close', () => resolve());
        }),
    ),
  );
  t.is((await api.get('/health/ready')).status, 200);
});

test.serial('the API logged no errors', (t) => {
  t.deepEqual(t.context.api.faults(), []);
});
