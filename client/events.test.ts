import type { ServerResponse } from 'node:http';
import test from 'ava';
import { until } from '../platform/testing/support/until.js';
import { problem, run, startScriptedApi } from '../test/client/support/scripted-api.js';
import { ApiProblem } from './errors.js';
import { runEvents } from './events.js';
import type { Run } from './workflows.js';

const event = (id: number, status: string) => `id: ${id}\nevent: run\ndata: ${JSON.stringify(run(status))}\n\n`;
const stream = (text: string, then: (response: ServerResponse) => void) => (response: ServerResponse) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(`retry: 10\n\n${text}`, () => then(response));
};
const end = (response: ServerResponse) => void response.end();
const breakOff = (response: ServerResponse) => void setTimeout(() => response.destroy(), 20);
const stay = () => {};

const statusesOf = async (runs: AsyncIterable<Pick<Run, 'status'>>) => {
  const statuses = [];
  for await (const { status } of runs) statuses.push(status);
  return statuses;
};

test('yields the states of a run up to the final one', async (t) => {
  const events = [
    ':\n\nevent: other\ndata: {}\n\n',
    event(1, 'pending'),
    event(2, 'running'),
    event(3, 'completed'),
  ].join('');
  const api = await startScriptedApi(t, stream(events + event(4, 'failed'), stay));
  t.deepEqual(await statusesOf(api.client.run('hello', 'x').events()), ['pending', 'running', 'completed']);
  t.is(api.requests[0]?.headers.accept, 'text/event-stream');
  t.is(api.requests[0]?.headers['last-event-id'], undefined);
});

test('resumes a broken or ended stream after the last event received', async (t) => {
  const api = await startScriptedApi(
    t,
    stream(`${event(1, 'pending')}id: 2\nevent: run\nda`, breakOff),
    problem(503, 'streams-full', { 'Retry-After': '0' }),
    stream(event(2, 'running'), end),
    stream('', end),
    stream(event(5, 'cancelled'), end),
  );
  t.deepEqual(await statusesOf(api.client.run('hello', 'x').events()), ['pending', 'running', 'cancelled']);
  t.deepEqual(
    api.requests.map(({ headers }) => headers['last-event-id']),
    [undefined, '1', '1', '2', '2'],
  );
});

test('ends when the API answers 204', async (t) => {
  const api = await startScriptedApi(t, stream(event(1, 'running'), end), (response) => response.writeHead(204).end());
  t.deepEqual(await statusesOf(api.client.run('hello', 'x').events()), ['running']);
});

test('throws the problem that rejects the stream', async (t) => {
  const api = await startScriptedApi(t, problem(404, 'run-not-found'));
  await t.throwsAsync(statusesOf(api.client.run('hello', 'x').events()), {
    instanceOf: ApiProblem,
    code: 'run-not-found',
  });
});

test('closes the stream when the caller stops reading', async (t) => {
  let isClosed = false;
  const api = await startScriptedApi(
    t,
    stream(event(1, 'running'), (response) => response.on('close', () => (isClosed = true))),
  );
  for await (const { status } of api.client.run('hello', 'x').events()) {
    t.is(status, 'running');
    break;
  }
  await until('the stream is closed', async () => isClosed);
});

test('ends a silent stream with the reason of the signal', async (t) => {
  const controller = new AbortController();
  const reason = new Error('The page was closed');
  const api = await startScriptedApi(
    t,
    stream(event(1, 'running'), () => setTimeout(() => controller.abort(reason), 50)),
  );
  const { signal } = controller;
  t.is(await t.throwsAsync(statusesOf(api.client.run('hello', 'x').events({ signal, timeoutMs: 60_000 }))), reason);
});

test('applies timeoutMs to opening the stream only', async (t) => {
  const api = await startScriptedApi(
    t,
    stream(event(1, 'running'), (response) => setTimeout(() => response.end(event(2, 'completed')), 3_500)),
  );
  t.deepEqual(await statusesOf(api.client.run('hello', 'x').events({ timeoutMs: 3_000 })), ['running', 'completed']);
});

test('resumes a stream after silence', async (t) => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const opened: (string | undefined)[] = [];
  const runs = runEvents({
    silenceMs: 50,
    open: async (lastEventId) => {
      opened.push(lastEventId);
      return new ReadableStream({
        start: (controller) =>
          controller.enqueue(bytes(`retry: 1\n${lastEventId ? event(2, 'completed') : event(1, 'running')}`)),
      });
    },
  });
  t.deepEqual(await statusesOf(runs), ['running', 'completed']);
  t.deepEqual(opened, [undefined, '1']);
});

test('resumes after the id of any event, and from the start after an empty one', async (t) => {
  const api = await startScriptedApi(
    t,
    stream('id: 7\nevent: other\ndata: {}\n\n', end),
    stream('id\nevent: other\ndata: {}\n\n', end),
    stream(event(8, 'completed'), end),
  );
  t.deepEqual(await statusesOf(api.client.run('hello', 'x').events()), ['completed']);
  t.deepEqual(
    api.requests.map(({ headers }) => headers['last-event-id']),
    [undefined, '7', undefined],
  );
});

test('the signal cancels a stream opened through api.GET', async (t) => {
  const api = await startScriptedApi(t, stream(event(1, 'running'), stay));
  const controller = new AbortController();
  const init = { params: { path: { id: 'x' } }, parseAs: 'stream', signal: controller.signal } as const;
  const { data } = await api.client.api.GET('/v1/runs/{id}/events', init);
  const reader = data?.getReader();
  t.false((await reader?.read())?.done);
  const reason = new Error('The page was closed');
  controller.abort(reason);
  t.is(await t.throwsAsync(async () => reader?.read()), reason);
});
