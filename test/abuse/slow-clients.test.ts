import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import anyTest, { type TestFn } from 'ava';
import { parseAnswer } from '../api/support/raw-http.js';
import { until } from '../support/until.js';
import { type AbusedApi, memoryComesBack, seesMemory, settledMemory, startAbusedApi } from './support/abused-api.js';
import { askHonestly, type Measured, percentile } from './support/honest-clients.js';
import { dribble } from './support/slow-client.js';

interface Context {
  api: AbusedApi;
  /** Before any abuse, in megabytes. */
  memory: number;
}

const test = anyTest as TestFn<Context>;

const timeoutsMs = { headers: 3_000, body: 5_000 } as const;
/** The API looks for overdue requests every second, and then lets the answer arrive. */
const latenessMs = 3_000;
const slowClients = 500;
const honestClients = 20;
const dribbleMs = 500;
/** Below it, a percentile tells of the machine's clock more than of the API. */
const leastP99Ms = 10;

test.before(async (t) => {
  t.context.api = await startAbusedApi({
    API_HEADERS_TIMEOUT_MS: String(timeoutsMs.headers),
    API_REQUEST_TIMEOUT_MS: String(timeoutsMs.body),
  });
  t.context.memory = seesMemory ? await settledMemory(t.context.api) : 0;
});

test.after.always(({ context: { api } }) => api?.close());

const whatOf = (index: number) => (index % 2 === 0 ? 'headers' : 'body');

test.serial('500 slow clients are cut at their timeouts, and 20 honest ones do not notice them', async (t) => {
  const { api } = t.context;
  const { id } = (await (await api.post('/v1/workflows/greet/start', '{"name":"Ada"}')).json()) as { id: string };
  const path = `/v1/runs/${id}`;
  await until('it runs', async () => ((await (await api.get(path)).json()) as { status: string }).status === 'running');
  await askHonestly(api.port, path, honestClients, delay(1_000));
  const before = await askHonestly(api.port, path, honestClients, delay(timeoutsMs.body));

  const slow = Array.from({ length: slowClients }, (_, index) => dribble(api.port, whatOf(index), dribbleMs));
  t.teardown(() => {
    for (const client of slow) client.end();
  });
  await Promise.all(slow.map(({ connected }) => connected));
  const cuts = Promise.all(slow.map(({ cut }) => cut));
  const during = await askHonestly(api.port, path, honestClients, cuts);
  const after = await askHonestly(api.port, path, honestClients, delay(timeoutsMs.body));

  for (const [when, measured] of Object.entries({ before, during, after })) {
    t.log(`${when}: ${told(measured)}`);
    t.deepEqual(measured.statuses, new Set([200]), when);
  }
  // What else the machine does shows before and after as well.
  const calmMs = Math.max(percentile(before, 0.99), percentile(after, 0.99), leastP99Ms);
  t.true(percentile(during, 0.99) <= 3 * calmMs);
  for (const [index, { afterMs, answer }] of (await cuts).entries()) {
    const timeoutMs = timeoutsMs[whatOf(index)];
    t.true(afterMs >= timeoutMs - 100 && afterMs <= timeoutMs + latenessMs, `${whatOf(index)}: ${afterMs} ms`);
    t.is(parseAnswer(answer).status, 408, answer);
  }
});

const told = (measured: Measured): string => {
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(measured, share).toFixed(1));
  return `${measured.latencies.length} honest requests, p50 ${p50} ms, p99 ${p99} ms`;
};

test.serial('200 that never read what they have asked for hold nobody up', async (t) => {
  const { api } = t.context;
  const greedy = Array.from({ length: 200 }, () => {
    const socket = connect(api.port, '127.0.0.1').on('error', () => {});
    socket.pause().write('GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2));
    return socket;
  });
  t.teardown(() => {
    for (const socket of greedy) socket.destroy();
  });
  await Promise.all(greedy.map((socket) => once(socket, 'connect')));
  const honest = await askHonestly(api.port, '/v1/workflows', honestClients, delay(2_000));
  t.log(`beside 200 that do not read: ${told(honest)}`);
  t.deepEqual(honest.statuses, new Set([200]));
  t.true(percentile(honest, 0.5) < 100);
});

(seesMemory ? test.serial : test.serial.skip)('after all of it the memory comes back', async (t) => {
  await memoryComesBack(t, t.context.api, t.context.memory);
});

test.serial('nothing of it was a fault of the API', (t) => {
  t.deepEqual(t.context.api.faults(), []);
});
