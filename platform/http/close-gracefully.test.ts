import { createServer, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import test from 'ava';
import { closeGracefully } from './close-gracefully.js';
import { listen } from './listen.js';

const settings = { host: 'API_HOST', port: 'API_PORT' };
const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** A server whose requests the test answers. */
async function start() {
  const held: ((response: ServerResponse) => void)[] = [];
  const waiting: ServerResponse[] = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => {
    const next = held.shift();
    if (next) next(response);
    else waiting.push(response);
  });
  const close = closeGracefully(server);
  const port = await listen(server, { host: '127.0.0.1', port: 0, settings });
  const nextRequest = () => {
    const response = waiting.shift();
    return response ? Promise.resolve(response) : new Promise<ServerResponse>((resolve) => held.push(resolve));
  };
  return { server, close, port, nextRequest };
}

const open = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).on('error', reject);
  });
const readAll = async (socket: Socket) => {
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += chunk;
  return text;
};

test('completes a request in flight, closes its connection and refuses new connections', async (t) => {
  const { close, port, nextRequest } = await start();
  const socket = await open(port);
  socket.write(request);
  const response = await nextRequest();
  const closed = close(5000);
  await t.throwsAsync(open(port), { code: 'ECONNREFUSED' });
  response.end('done');
  const answer = await readAll(socket);
  t.regex(answer, /^HTTP\/1\.1 200 OK/);
  t.regex(answer, /connection: close/i);
  t.regex(answer, /done/);
  t.is(await closed, 'ended');
});

test('aborts requests that do not end in time', async (t) => {
  const { close, port, nextRequest } = await start();
  const socket = await open(port);
  socket.write(request);
  await nextRequest();
  t.is(await close(50), 'cut');
  t.is(await readAll(socket).catch(() => ''), '');
});

test('closes connections without a request immediately, used before or not', async (t) => {
  const { close, port, nextRequest } = await start();
  const used = await open(port);
  used.write(request);
  (await nextRequest()).end('done');
  await new Promise((resolve) => used.once('data', resolve));
  await Promise.all([open(port), open(port).then((socket) => socket.write('GET / HT'))]);
  // The outcome would be `cut` after the grace period.
  t.is(await close(600_000), 'ended');
});

test('a second close returns the first result', async (t) => {
  const { close } = await start();
  t.deepEqual(await Promise.all([close(1000), close(1000)]), ['ended', 'ended']);
});
