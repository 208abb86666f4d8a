import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { HttpConnection } from './http-connection.js';

/** A server that answers every request with the given pieces, one after another. */
async function serverThat(t: ExecutionContext, answer: (socket: Socket) => void): Promise<HttpConnection> {
  const server = createServer((socket) => void socket.on('data', () => answer(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = await HttpConnection.open('127.0.0.1', (server.address() as AddressInfo).port);
  t.teardown(() => {
    connection.close();
    server.close();
  });
  return connection;
}

const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

test('reads answers one after another, with headers in any case', async (t) => {
  const bodies = ['{"one":1}', '', 'three'];
  const left = [...bodies];
  const connection = await serverThat(t, (socket) => {
    const body = left.shift() ?? '';
    socket.write(
      `HTTP/1.1 202 Accepted\r\n${left.length % 2 ? 'Content-Length' : 'content-length'}: ${body.length}\r\n\r\n${body}`,
    );
  });
  for (const body of bodies) {
    const answer = await connection.send(request);
    t.deepEqual([answer.status, answer.body.toString()], [202, body]);
  }
});

test('waits for the whole answer', async (t) => {
  const pieces = ['HTTP/1.1 200 OK\r\nContent-Le', 'ngth: 6\r\n\r', '\nabc', 'def'];
  const connection = await serverThat(t, (socket) => {
    const next = () => {
      const piece = pieces.shift();
      if (piece !== undefined) socket.write(piece, () => setImmediate(next));
    };
    next();
  });
  t.is((await connection.send(request)).body.toString(), 'abcdef');
});

test('rejects an answer without Content-Length', async (t) => {
  const connection = await serverThat(t, (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
  );
  await t.throwsAsync(connection.send(request), { code: 'answer-unreadable', message: /no Content-Length/ });
  await t.throwsAsync(connection.send(request), { code: 'answer-unreadable' });
});

test('rejects a second answer to a request', async (t) => {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
  const connection = await serverThat(t, (socket) => socket.write(answer + answer));
  await t.throwsAsync(connection.send(request), { code: 'answer-unreadable', message: /unexpected data/ });
});

test('fails at once if the connection closes', async (t) => {
  const connection = await serverThat(t, (socket) => socket.destroy());
  await t.throwsAsync(connection.send(request), { code: 'answer-unreadable' });
});

test('rejects a second request before the first answer', async (t) => {
  const connection = await serverThat(t, () => undefined);
  const first = connection.send(request);
  await t.throwsAsync(connection.send(request), { code: 'answer-unreadable', message: /another request/ });
  connection.close();
  await t.throwsAsync(first, { code: 'answer-unreadable' });
});
