import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { HttpConnection } from './http-connection.js';
import { type HttpRequest, writeHead, writeRequest } from './http-request.js';

test('a server parses serialised requests, one after another on a connection', async (t) => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { 'idempotency-key': key, 'content-type': type } = request.headers;
      seen.push([request.method, request.url, key, type, body]);
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

  const post: HttpRequest = { method: 'POST', path: '/v1/workflows/greet/start', body: '{"name":"Zoë"}' };
  const get: HttpRequest = { method: 'GET', path: '/health/live' };
  for (const [request, key] of [
    [post, 'abc'],
    [post, undefined],
    [get, undefined],
  ] as const)
    t.is((await connection.send(writeRequest(writeHead(request, 'localhost'), request, key))).status, 200);
  t.deepEqual(seen, [
    ['POST', '/v1/workflows/greet/start', '"abc"', 'application/json', '{"name":"Zoë"}'],
    ['POST', '/v1/workflows/greet/start', undefined, 'application/json', '{"name":"Zoë"}'],
    ['GET', '/health/live', undefined, undefined, ''],
  ]);
});
