import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { exchange, HttpConnection, type HttpRequest, headOf } from './http-connection.js';

test('a server parses serialised requests, one after another on a connection', async (t) => {
  const seen: unknown[] = [];
  const keys = new Set<unknown>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { 'idempotency-key': key, 'content-type': type } = request.headers;
      seen.push([request.method, request.url, typeof key, type, body]);
      if (key) keys.add(key);
      response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = await HttpConnection.open('127.0.0.1', (server.address() as AddressInfo).port);
  t.teardown(() => {
    connection.close();
    server.close();
  });

  const post: HttpRequest = { path: '/v1/workflows/greet/start', body: '{"name":"Zoë"}', expected: 200 };
  const get: HttpRequest = { path: '/health/live', expected: 200 };
  for (const request of [post, post, get])
    t.is((await exchange(connection, headOf(request, 'localhost'), request)).status, 200);
  t.deepEqual(seen, [
    ['POST', '/v1/workflows/greet/start', 'string', 'application/json', '{"name":"Zoë"}'],
    ['POST', '/v1/workflows/greet/start', 'string', 'application/json', '{"name":"Zoë"}'],
    ['GET', '/health/live', 'undefined', undefined, ''],
  ]);
  t.is(keys.size, 2);
  await t.throwsAsync(exchange(connection, headOf(get, 'localhost'), { ...get, expected: 202 }), {
    code: 'answer-unexpected',
    message: 'GET /health/live returned 200 instead of 202: {}',
  });
});
