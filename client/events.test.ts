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

test('the states of a run come one by one, up to the final one', async (t) => {
  const events = [
    ':\n\nevent: other\ndata: {}\n\n',
    event(1, 'pending'),
    event(2, 'running'),
    event(3, 'completed'),
  ].join('');
  const api = await startScriptedApi(t, stream(events + event(4, 'failed'), stay));
  t.deepEqual(await statusesOf(api.client.run('greet', 'x').events()), ['pending', 'running', 'completed']);
  t.is(api.asked[0]?.headers.accept, 'text/event-stream');
  t.is(api.asked[0]?.headers['last-event-id'], undefined);
});

test('a stream that breaks or ends is resumed after the last event that was seen', async (t) => {
  const api = await startScriptedApi(
    t,
    stream(`${event(1, 'pending')}id: 2\nevent: run\nda`, breakOff),
    problem(503, 'streams-full', { 'Retry-After': '0' }),
    stream(event(2, 'running'), end),
    stream('', end),
    stream(event(5, 'cancelled'), end),
  );
  t.deepEqual(await statusesOf(api.client.run('greet', 'x').events()), ['pending', 'running', 'cancelled']);
  t.deepEqual(
    api.asked.map(({ headers }) => headers['last-event-id']),
    [undefined, '1', '1', '2', '2'],
  );
});

test('when there is nothing to come back for, that is the end', async (t) => {
  const api = await startScriptedApi(t, stream(event(1, 'running'), end), (response) => response.writeHead(204).end());
  t.deepEqual(await statusesOf(api.client.run('greet', 'x').events()), ['running']);
});

test('a refusal is thrown', async (t) => {
  const api = await startScriptedApi(t, problem(404, 'run-not-found'));
  await t.throwsAsync(statusesOf(api.client.run('greet', 'x').events()), {
    instanceOf: ApiProblem,
    code: 'run-not-found',
  });
});

test('who stops reading closes the stream', async (t) => {
  let isClosed = false;
  const api = await startScriptedApi(
    t,
    stream(event(1, 'running'), (response) => response.on('close', () => (isClosed = true))),
  );
  for await (const { status } of api.client.run('greet', 'x').events()) {
    t.is(status, 'running');
    break;
  }
  await until('the stream is closed', async () => isClosed);
});

test('the signal ends a stream on which nothing comes, with its reason', async (t) => {
  const leaving = new AbortController();
  const reason = new Error('The page was left');
  const api = await startScriptedApi(
    t,
    stream(event(1, 'running'), () => setTimeout(() => leaving.abort(reason), 50)),
  );
  const { signal } = leaving;
  t.is(await t.throwsAsync(statusesOf(api.client.run('greet', 'x').events({ signal, timeoutMs: 60_000 }))), reason);
});

test('the time that a call may take is not for the stream, only for its opening', async (t) => {
  const api = await startScriptedApi(
    t,
    stream(event(1, 'running'), (response) => setTimeout(() => response.end(event(2, 'completed')), 3_500)),
  );
  t.deepEqual(await statusesOf(api.client.run('greet', 'x').events({ timeoutMs: 3_000 })), ['running', 'completed']);
});

test('a stream that has fallen silent is given up and resumed', async (t) => {
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
  t.deepEqual(await statusesOf(api.client.run('greet', 'x').events()), ['completed']);
  t.deepEqual(
    api.asked.map(({ headers }) => headers['last-event-id']),
    [undefined, '7', undefined],
  );
});

test('who opens a stream by its operation can leave it at any time', async (t) => {
  const api = await startScriptedApi(t, stream(event(1, 'running'), stay));
  const leaving = new AbortController();
  const init = { params: { path: { id: 'x' } }, parseAs: 'stream', signal: leaving.signal } as const;
  const { data } = await api.client.api.GET('/v1/runs/{id}/events', init);
  const reader = data?.getReader();
  t.false((await reader?.read())?.done);
  const reason = new Error('The page was left');
  leaving.abort(reason);
  t.is(await t.throwsAsync(async () => reader?.read()), reason);
});
