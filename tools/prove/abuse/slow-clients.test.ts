import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { parseAnswer } from '../../../platform/testing/api/support/raw-http.js';
import { until } from '../../../platform/testing/support/until.js';
import { type AbusedApi, memoryComesBack, seesMemory, settledMemory, startAbusedApi } from './support/abused-api.js';
import { askHonestly, type Measured, percentile } from './support/honest-clients.js';
import { dribble } from './support/slow-client.js';

interface Context {
  api: AbusedApi;
  /** An API without abuse, which shows the load of the machine at the same time. */
  control: AbusedApi;
  /** Memory before the abuse, in megabytes. */
  memory: number;
}

const test = anyTest as TestFn<Context>;

const timeoutsMs = { headers: 3_000, body: 5_000 } as const;
/** The API checks for overdue requests every second; its answer takes time too. */
const latenessMs = 3_000;
const slowClients = 500;
const honestClients = 20;
const dribbleMs = 500;
/** Smaller percentiles depend on the timer resolution of the machine. */
const leastP99Ms = 10;
const leastP50Ms = 5;
/** A slow API is slow in every round; other load of the machine varies. */
const rounds = 6;

test.before(async (t) => {
  const env = {
    API_HEADERS_TIMEOUT_MS: String(timeoutsMs.headers),
    API_REQUEST_TIMEOUT_MS: String(timeoutsMs.body),
  };
  t.context.api = await startAbusedApi(env);
  t.context.control = await startAbusedApi(env);
  t.context.memory = seesMemory ? await settledMemory(t.context.api) : 0;
});

test.after.always(({ context: { api, control } }) => Promise.all([api?.close(), control?.close()]));

/** Sends requests to both at the same time, until `end`. */
async function askBoth({ api, control }: Context, pathOf: (api: AbusedApi) => string, end: Promise<unknown>) {
  const ask = (of: AbusedApi) => askHonestly(of.port, pathOf(of), honestClients, end);
  const [abused, calm] = await Promise.all([ask(api), ask(control)]);
  return { abused, calm };
}

/** Starts a run and waits until it is running. @returns its path */
async function runningRun(api: AbusedApi): Promise<string> {
  const { id } = (await (await api.post('/v1/workflows/hello/start', '{"name":"Ada"}')).json()) as { id: string };
  const path = `/v1/runs/${id}`;
  await until(
    'the run is running',
    async () => ((await (await api.get(path)).json()) as { status: string }).status === 'running',
  );
  return path;
}

const whatOf = (index: number) => (index % 2 === 0 ? 'headers' : 'body');

/** @returns whether, in one of the rounds, the latency of the abused API was at most three times that of the control */
async function isResponsive(
  t: ExecutionContext<Context>,
  share: number,
  leastMs: number,
  measure: () => ReturnType<typeof askBoth>,
): Promise<boolean> {
  for (let round = 1; round <= rounds; round++) {
    const both = await measure();
    for (const [which, measured] of Object.entries(both)) {
      t.log(`${which}: ${summaryOf(measured)}`);
      t.deepEqual(measured.statuses, new Set([200]), which);
    }
    if (percentile(both.abused, share) <= 3 * Math.max(percentile(both.calm, share), leastMs)) return true;
  }
  return false;
}

test.serial('ends 500 slow clients at their timeouts without slowing down 20 honest ones', async (t) => {
  const { api, control } = t.context;
  const paths = new Map([
    [api, await runningRun(api)],
    [control, await runningRun(control)],
  ]);
  const pathOf = (of: AbusedApi) => paths.get(of) ?? '';
  await askBoth(t.context, pathOf, delay(1_000));

  const measure = async () => {
    const slow = Array.from({ length: slowClients }, (_, index) => dribble(api.port, whatOf(index), dribbleMs));
    t.teardown(() => {
      for (const client of slow) client.end();
    });
    await Promise.all(slow.map(({ connected }) => connected));
    const cuts = Promise.all(slow.map(({ cut }) => cut));
    const both = await askBoth(t.context, pathOf, cuts);
    // On a busy machine, even the API without abuse answers late: allow for its worst latency.
    const mostLateMs = latenessMs + 3 * percentile(both.calm, 1);
    for (const [index, { afterMs, answer }] of (await cuts).entries()) {
      const timeoutMs = timeoutsMs[whatOf(index)];
      t.true(afterMs >= timeoutMs && afterMs <= timeoutMs + mostLateMs, `${whatOf(index)}: ${afterMs} ms`);
      t.is(parseAnswer(answer).status, 408, answer);
    }
    return both;
  };
  t.true(await isResponsive(t, 0.99, leastP99Ms, measure));
});

const summaryOf = (measured: Measured): string => {
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(measured, share).toFixed(1));
  return `${measured.latencies.length} honest requests, p50 ${p50} ms, p99 ${p99} ms`;
};

test.serial('200 clients that never read their answers do not slow down others', async (t) => {
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
  const measure = () => askBoth(t.context, () => '/v1/workflows', delay(2_000));
  t.true(await isResponsive(t, 0.5, leastP50Ms, measure));
});

(seesMemory ? test.serial : test.serial.skip)('releases the memory after the abuse', async (t) => {
  await memoryComesBack(t, t.context.api, t.context.memory);
});

test.serial('the API logged no errors', (t) => {
  t.deepEqual(t.context.api.faults(), []);
});
