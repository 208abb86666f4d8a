import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { freePort } from '../../../../platform/http/free-port.js';
import { environmentOf } from '../../../../platform/testing/api/support/api-process.js';
import { createTestDatabase, type TestDatabase } from '../../../../platform/testing/support/postgres.js';
import { serverVariable } from '../../../../platform/testing/support/servers.js';
import { startServiceProcess } from '../../../../platform/testing/support/service-process.js';
import { until } from '../../../../platform/testing/support/until.js';

/** An API process with PostgreSQL and Temporal, on loopback, without proxy and rate limits. */
export interface AbusedApi {
  readonly port: number;
  readonly database: TestDatabase;
  /** Sends a text or bytes unchanged. */
  post(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  get(path: string): Promise<Response>;
  /** Resident memory of the process, in megabytes. */
  rssMegabytes(): number;
  /** Triggers a garbage collection. */
  collect(): void;
  /** Log lines of errors, and of 5xx answers except 503. */
  faults(): readonly string[];
  close(): Promise<void>;
}

/** Starts the API and waits until it is ready. Close it in `test.after.always`. */
export async function startAbusedApi(env: Readonly<Record<string, string>> = {}): Promise<AbusedApi> {
  const ends: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const database = await createTestDatabase();
    ends.push(database.drop);
    const port = await freePort();
    const service = startServiceProcess(
      { teardown: (end) => ends.push(async () => end()) },
      'platform/testing/fixtures/api-process.ts',
      {
        ...environmentOf(database.settings),
        TEMPORAL_ADDRESS: serverVariable('TEST_TEMPORAL_ADDRESS'),
        TEMPORAL_NAMESPACE: `test-${database.settings.POSTGRES_DB}`,
        TEMPORAL_NAMESPACE_CREATE: 'true',
        API_PORT: String(port),
        API_AUTHENTICATION: 'none',
        API_CALLER_RATE_LIMIT: '0',
        API_ADDRESS_RATE_LIMIT: '0',
        LOG_FORMAT: 'json',
        ...(seesMemory && { NODE_OPTIONS: `--expose-gc --import=${import.meta.resolve('./collect-on-signal.mjs')}` }),
        ...env,
      },
    );
    const url = `http://127.0.0.1:${port}`;
    const get = (path: string) => fetch(url + path);
    await service.written(/"msg":"Listening"/);
    await until('the API is ready', async () => ((await (await get('/health')).json()) as Health).status === 'ok');
    return {
      port,
      database,
      get,
      post: (path, body, headers) =>
        fetch(url + path, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } }),
      rssMegabytes: () => rssMegabytes(service.child.pid),
      collect: () => void service.child.kill('SIGUSR2'),
      // The last line may be incomplete.
      faults: () => service.output().split('\n').slice(0, -1).filter(isFault),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Health {
  readonly status: string;
}

function rssMegabytes(pid: number | undefined): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

function isFault(line: string): boolean {
  // Only Node.js itself writes lines that are not JSON, in case of errors.
  if (!line.startsWith('{')) return true;
  const { level, status = 0 } = JSON.parse(line) as { level: string; status?: number };
  return ['error', 'fatal'].includes(level) || (status >= 500 && status !== 503);
}

/** For memory that allocators keep; far less than the requests send. */
const marginMegabytes = 30;
const patienceMs = 120_000;

/** Only Linux has /proc. */
export const seesMemory = process.platform === 'linux';

const megabyte = JSON.stringify({ name: 'x'.repeat(1_000_000) });
const drained = async (answer: Promise<Response>) => (await answer).arrayBuffer();

/** Sends small and large requests that start nothing. */
async function keepBusy(api: AbusedApi): Promise<void> {
  const path = '/v1/workflows/hello/start';
  const small = Array.from({ length: 10 }, () => [api.post(path, '{}'), api.get('/v1/runs')]).flat();
  const large = Array.from({ length: 5 }, () => api.post(path, megabyte));
  await Promise.all([...small, ...large].map(drained));
}

async function collected(api: AbusedApi): Promise<number> {
  api.collect();
  // This answer comes after the collection.
  await drained(api.get('/health/live'));
  return api.rssMegabytes();
}

/** Memory of the process after a warm-up, in megabytes. */
export async function settledMemory(api: AbusedApi): Promise<number> {
  for (let round = 0; round < 30; round++) await keepBusy(api);
  return collected(api);
}

/** Asserts that the process releases its memory. */
export async function memoryComesBack(t: ExecutionContext, api: AbusedApi, beforeMegabytes: number): Promise<void> {
  const highest = api.rssMegabytes();
  const allowed = beforeMegabytes + marginMegabytes;
  let after = highest;
  const isBack = async () => {
    await keepBusy(api);
    after = await collected(api);
    return after <= allowed;
  };
  // The assertion below reports the timeout.
  await until('the memory', isBack, patienceMs).catch(() => {});
  const [before, peak, then] = [beforeMegabytes, highest, after].map((megabytes) => megabytes.toFixed(0));
  t.log(`memory: ${before} MB before, ${peak} MB immediately after, ${then} MB later`);
  t.true(after <= allowed);
}
