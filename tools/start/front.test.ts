import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { Front } from './front.js';

const host = '127.0.0.1';

async function setUp(t: ExecutionContext, waitMs?: number) {
  const front = new Front('The API', waitMs);
  const port = await front.listen({ host, port: 0, settings: { host: 'API_HOST', port: 'API_PORT' } });
  t.teardown(() => front.close());
  return { front, url: `http://${host}:${port}` };
}

async function backend(t: ExecutionContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, host);
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  t.teardown(close);
  return { host, port: (server.address() as AddressInfo).port, close };
}

const answering =
  (body: string): RequestListener =>
  (_request, response) =>
    response.end(body);

async function isUnavailable(
  t: ExecutionContext,
  response: Response,
  detail = 'The API restarts after a change; the terminal shows its state',
): Promise<void> {
  t.is(response.status, 503);
  t.is(response.headers.get('Retry-After'), '1');
  t.is(response.headers.get('Content-Type'), 'application/problem+json');
  t.like(await response.json(), { status: 503, code: 'unavailable', detail });
}

test('passes request and answer on unchanged', async (t) => {
  const { front, url } = await setUp(t);
  const seen = new Promise<object>((resolve) => {
    void backend(t, async (incoming, response) => {
      resolve({ ...incoming.headers, method: incoming.method, url: incoming.url, body: await text(incoming) });
      response.writeHead(202, ['Location', '/v1/runs/1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']).end('accepted');
    }).then((it) => front.forwardTo(it));
  });
  const response = await fetch(`${url}/v1/x?y=%20`, { method: 'POST', body: 'hello', headers: { 'X-Own': 'ö' } });
  t.like(await seen, { method: 'POST', url: '/v1/x?y=%20', body: 'hello', 'x-own': 'ö', host: url.slice(7) });
  t.is(response.status, 202);
  t.is(response.headers.get('Location'), '/v1/runs/1');
  t.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
  t.is(await response.text(), 'accepted');
});

test('passes a request without a body on without one', async (t) => {
  const { front, url } = await setUp(t);
  const seen = new Promise<string[]>((resolve) => {
    void backend(t, (incoming, response) => {
      resolve(Object.keys(incoming.headers));
      response.end();
    }).then((it) => front.forwardTo(it));
  });
  // fetch announces a length of 0, curl announces nothing.
  const bare = request(url, { method: 'POST', agent: false });
  bare.useChunkedEncodingByDefault = false;
  bare.end();
  const [answer] = (await once(bare, 'response')) as [IncomingMessage];
  answer.resume();
  t.false((await seen).includes('transfer-encoding'));
});

test('requests wait for the next process, and then go to it on the same connection', async (t) => {
  const { front, url } = await setUp(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const get = async () => {
    const [response] = await once(request(url, { agent }).end(), 'response');
    const port = response.socket.localPort;
    return { port, body: await text(response) };
  };
  const [first, second] = [await backend(t, answering('first')), await backend(t, answering('second'))];
  front.forwardTo(first);
  const before = await get();
  front.hold();
  first.close();
  const during = get();
  front.forwardTo(second);
  t.deepEqual(await during, { ...before, body: 'second' });
});

test('a request in flight ends with the process that has it', async (t) => {
  const { front, url } = await setUp(t);
  let finish = () => {};
  const arrived = new Promise<void>((resolve) => {
    void backend(t, (_request, response) => {
      finish = () => response.end('old');
      resolve();
    }).then((it) => front.forwardTo(it));
  });
  const inFlight = fetch(url);
  await arrived;
  front.forwardTo(await backend(t, answering('new')));
  t.is(await (await fetch(url)).text(), 'new');
  finish();
  t.is(await (await inFlight).text(), 'old');
});

test('answers 503 with Retry-After after the longest wait, and at once if no process will come', async (t) => {
  const { front, url } = await setUp(t, 20);
  await isUnavailable(t, await fetch(url));
  const patient = await setUp(t);
  const waiting = fetch(patient.url);
  patient.front.refuse('did not start after a change');
  await isUnavailable(t, await waiting, 'The API did not start after a change; the terminal says why');
  front.refuse('ended unexpectedly');
  await isUnavailable(t, await fetch(url), 'The API ended unexpectedly; the terminal says why');
});

test('answers 503 with Retry-After if the process dies or does not listen', async (t) => {
  const { front, url } = await setUp(t);
  const dying = await backend(t, () => dying.close());
  front.forwardTo(dying);
  await isUnavailable(t, await fetch(url));
  await isUnavailable(t, await fetch(url));
});

test('streams: the client sees each event at once, and the process sees that the client left', async (t) => {
  const { front, url } = await setUp(t);
  const left = new Promise<void>((resolve) => {
    void backend(t, (_request, response) => {
      response.write('data: 1\n\n');
      response.once('close', resolve);
    }).then((it) => front.forwardTo(it));
  });
  const leaving = new AbortController();
  const response = await fetch(url, { signal: leaving.signal });
  const { value } = (await response.body?.getReader().read()) ?? {};
  t.is(Buffer.from(value ?? []).toString(), 'data: 1\n\n');
  leaving.abort();
  await left;
  t.pass();
});
