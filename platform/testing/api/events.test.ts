import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createEventStreams } from '../../api/event-streams.js';
import { listen } from '../../http/listen.js';
import type { Run } from '../../runs/run.js';
import { createRunFeed, type RunFeed } from '../../runs/run-feed.js';
import { createTestDatabase } from '../support/postgres.js';
import { acceptRun, testRecords } from '../support/runs.js';
import { until } from '../support/until.js';
import { startTestApi, type TestApi } from './support/api.js';
import { createInMemoryRuns } from './support/in-memory-runs.js';
import { createLogLines } from './support/log-lines.js';

interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly id: string; readonly status: string };
}

/** A received stream. */
interface Stream {
  readonly status: number;
  readonly headers: Headers;
  readonly events: readonly Event[];
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

async function openStream(api: TestApi, id: string, headers: Record<string, string> = {}): Promise<Stream> {
  const leaving = new AbortController();
  const answer = await api.fetch(`/v1/runs/${id}/events`, { headers, signal: leaving.signal });
  const events: Event[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
        if (fields['data']) events.push({ id: fields['id'], event: fields['event'], data: JSON.parse(fields['data']) });
      }
    }
  };
  const ended = read().catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });
  return { status: answer.status, headers: answer.headers, events, ended, close: () => leaving.abort() };
}

/** An API with runs in PostgreSQL and no dispatcher. */
async function platform(t: ExecutionContext, options: { streamLimit?: number } = {}) {
  const { sequelize } = await createTestDatabase(t);
  const records = testRecords(sequelize);
  const { logger } = createLogLines();
  const feed = createRunFeed({ changedRuns: records.changedRuns, logger, intervalMs: 20 });
  const stopping = new AbortController();
  const working = feed.run(stopping.signal);
  const find = async (_: unknown, id: string) => (await records.repository.find(id)) as Run;
  const runs = { ...createInMemoryRuns(), get: find };
  const api = await startTestApi({ runs, feed, stopping: stopping.signal, options: { streamLimit: 100, ...options } });
  t.teardown(async () => {
    stopping.abort();
    await Promise.all([working, api.close()]);
  });
  const { id } = await acceptRun(records);
  const change = {
    start: () => records.repository.transition(id, { to: 'running', temporalRunId: 'x', startedAt: new Date() }),
    complete: () => records.repository.transition(id, { to: 'completed', result: {}, endedAt: new Date() }),
  };
  return { api, id, stopping, change, feed };
}

const statusesOf = ({ events }: Stream) => events.map(({ data }) => data.status);
const has = (stream: Stream, ...statuses: string[]) =>
  until(`the states ${statuses}`, async () => JSON.stringify(statusesOf(stream)) === JSON.stringify(statuses));

test('a stream sends the current state and each change, and ends after the final state', async (t) => {
  const { api, id, change } = await platform(t);
  const stream = await openStream(api, id);
  t.is(stream.headers.get('content-type'), 'text/event-stream');
  t.regex(stream.headers.get('cache-control') ?? '', /no-transform/);
  await has(stream, 'pending');
  await change.start();
  await has(stream, 'pending', 'running');
  await change.complete();
  await stream.ended;
  t.deepEqual(statusesOf(stream), ['pending', 'running', 'completed']);
  t.deepEqual(
    stream.events.map(({ id: version, event, data }) => [version, event, data.id]),
    [
      ['0', 'run', id],
      ['1', 'run', id],
      ['2', 'run', id],
    ],
  );
});

test('a resumed stream sends the events after Last-Event-ID', async (t) => {
  const { api, id, change } = await platform(t);
  await change.start();
  const stream = await openStream(api, id, { 'Last-Event-ID': '1' });
  await change.complete();
  await stream.ended;
  t.deepEqual(statusesOf(stream), ['completed']);
  const behind = await openStream(api, id, { 'Last-Event-ID': '0' });
  await behind.ended;
  t.deepEqual(statusesOf(behind), ['completed']);
  t.is((await openStream(api, id, { 'Last-Event-ID': '2' })).status, 204, 'there is nothing to come back for');
});

test('answers 422 for an invalid Last-Event-ID', async (t) => {
  const { api, id } = await platform(t);
  for (const given of ['x', '-1', '1.5', '']) {
    const answer = await api.fetch(`/v1/runs/${id}/events`, { headers: { 'Last-Event-ID': given } });
    t.is(answer.status, 422, given);
    t.like(await answer.json(), { code: 'parameter-invalid', errors: [{ parameter: 'Last-Event-ID' }] });
  }
});

test('streams of one run receive the same events; a closed stream is removed', async (t) => {
  const { api, id, change } = await platform(t, { streamLimit: 6 });
  const streams = await Promise.all([openStream(api, id), openStream(api, id), openStream(api, id)]);
  const refused = await api.fetch(`/v1/runs/${id}/events`);
  t.is(refused.status, 503);
  t.is(refused.headers.get('retry-after'), '5');
  t.like(await refused.json(), { code: 'streams-full' });
  streams[0]?.close();
  await until('there is a place', async () => {
    const answer = await openStream(api, id);
    answer.close();
    return answer.status === 200;
  });
  await change.complete();
  await Promise.all(streams.map(({ ended }) => ended));
  for (const stream of streams.slice(1)) t.deepEqual(statusesOf(stream), ['pending', 'completed']);
});

test('one caller can open half of the streams', async (t) => {
  const streams = createEventStreams({ limit: 4, stopping: new AbortController().signal });
  const server = createServer((request, response) => {
    try {
      streams.open(response, request.headers['x-caller'] as string, () => {});
    } catch {
      response.writeHead(503).end();
    }
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0, settings: { host: '', port: '' } });
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  const open = async (caller: string) =>
    (await fetch(`http://127.0.0.1:${port}`, { headers: { 'X-Caller': caller } })).status;
  t.deepEqual([await open('ada'), await open('ada'), await open('ada')], [200, 200, 503]);
  t.deepEqual([await open('grace'), await open('grace'), await open('grace')], [200, 200, 503]);
});

test('removes the stream of a client that disconnects early or while it waits behind another answer', async (t) => {
  const streams = createEventStreams({ limit: 4, stopping: new AbortController().signal });
  const opened: (() => void)[] = [];
  let ended = 0;
  const server = createServer((_request, response) => {
    opened.push(() => streams.open(response, 'ada', () => (ended += 1)));
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0, settings: { host: '', port: '' } });
  t.teardown(() => server.close());
  const two = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2);
  const gone = connect(port, '127.0.0.1', () => gone.write(two));
  await until('both have come', async () => opened.length === 2);
  gone.destroy();
  await until('the connection is gone', async () => (await connectionsOf(server)) === 0);
  for (const open of opened.splice(0)) open();
  t.is(ended, 2, 'after the client had left');

  const leaving = connect(port, '127.0.0.1', () => leaving.write(two));
  leaving.on('error', () => {});
  await until('both have come', async () => opened.length === 2);
  opened[0]?.();
  opened[1]?.();
  t.is(ended, 2);
  leaving.destroy();
  await until('both have ended', async () => ended === 4);
});

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));

test('streams end at shutdown without an error', async (t) => {
  const { api, id, stopping } = await platform(t);
  const stream = await openStream(api, id);
  await has(stream, 'pending');
  stopping.abort();
  await stream.ended;
  t.deepEqual(statusesOf(stream), ['pending']);
});

test('HEAD opens no stream', async (t) => {
  const { api, id } = await platform(t, { streamLimit: 2 });
  const head = await api.fetch(`/v1/runs/${id}/events`, { method: 'HEAD' });
  t.is(head.status, 200);
  t.is(head.headers.get('content-type'), 'text/event-stream');
  const stream = await openStream(api, id);
  await has(stream, 'pending');
  stream.close();
});

test('retries a failed query for changes', async (t) => {
  const { logger } = createLogLines();
  const answers: (Run[] | Error)[] = [new Error('away'), new Error('away'), []];
  const changedRuns = async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next ?? [{ id: 'a', version: 2 } as Run];
  };
  const feed: RunFeed = createRunFeed({ changedRuns, logger, intervalMs: 1 });
  const stopping = new AbortController();
  const working = feed.run(stopping.signal);
  const received: number[] = [];
  const leave = feed.follow({ id: 'a', version: 1 }, ({ version }) => received.push(version));
  await until('the change arrives', async () => received.length > 0);
  leave();
  stopping.abort();
  await working;
  t.deepEqual(received, [2]);
});
