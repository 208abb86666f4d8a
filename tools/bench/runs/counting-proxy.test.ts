import { once } from 'node:events';
import { connect, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { until } from '../../../platform/testing/support/until.js';
import { startCountingProxy } from './counting-proxy.js';

/** Starts the server, a proxy in front of it, and a session with the proxy. */
async function callThroughProxy(t: ExecutionContext, server: Http2Server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startCountingProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  const session = connect(`http://${proxy.address}`);
  t.teardown(() => {
    session.close();
    proxy.close();
    server.close();
  });
  return { proxy, session };
}

test('passes calls on with their trailers, and counts them by method', async (t) => {
  const server = createServer();
  server.on('stream', async (stream, headers) => {
    if (headers[':path'] === '/service/Reject') return stream.respond({ 'grpc-status': '5' }, { endStream: true });
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(`${await text(stream)}!`);
  });
  const { proxy, session } = await callThroughProxy(t, server);

  const answered = session.request({ ':method': 'POST', ':path': '/service/Describe' });
  const trailers = once(answered, 'trailers');
  answered.end('hello');
  t.is(await text(answered), 'hello!');
  t.is((await trailers)[0]['grpc-status'], '0');

  const rejected = session.request({ ':method': 'POST', ':path': '/service/Reject' });
  rejected.end();
  const [head] = await once(rejected, 'response');
  t.is(head['grpc-status'], '5');
  t.deepEqual(
    [...proxy.calls],
    [
      ['Describe', 1],
      ['Reject', 1],
    ],
  );
});

test('connects again after the server has closed the connection', async (t) => {
  const server = createServer();
  const connections: ServerHttp2Session[] = [];
  server.on('session', (connection) => connections.push(connection));
  server.on('stream', (stream) => stream.respond({ 'grpc-status': '0' }, { endStream: true }));
  const { session } = await callThroughProxy(t, server);
  for (const method of ['First', 'Second', 'Third']) {
    const request = session.request({ ':method': 'POST', ':path': `/service/${method}` });
    request.end();
    const [head] = await once(request, 'response');
    t.is(head['grpc-status'], '0');
    connections.at(-1)?.close();
    await until('the server has closed the connection', async () => (await connectionsOf(server)) === 0, 30_000);
  }
});

const connectionsOf = (server: Http2Server): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
