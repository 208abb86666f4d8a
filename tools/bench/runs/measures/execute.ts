import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type { HttpRequest } from '../load/http-connection.js';
import { runLoad } from '../load/job.js';
import { createNamespace } from '../namespace.js';
import { bareTaskQueue, executeCallers, inFlight, stepsInRow } from '../rows.js';
import { removeSample, startSample } from '../sample-stage.js';
import type { Server } from '../sides.js';
import { type Bench, compareServers, interleaved, loadServer, warmUp, warmUpTimes } from './bench.js';

/** The workflow that both sides execute, with one activity. */
const hello = { workflow: 'hello', taskQueue: bareTaskQueue, input: { name: 'Ada' } };

export const executeHello: HttpRequest = {
  path: `/v1/workflows/${hello.workflow}/execute`,
  body: JSON.stringify(hello.input),
  expected: 200,
};

/** Starts our worker in its own namespace, and our API. */
async function startAtlas({ platform, sides, signal }: Bench, name: string): Promise<Server> {
  const database = await platform.createDatabase(`bench_${name}`, signal);
  const namespace = await platform.createNamespace(`bench-${name}-atlas`, signal);
  await sides.worker(database, namespace);
  return sides.api(database, namespace);
}

/** Starts a worker of each side in its own namespace, and our API. */
async function startWorkers(bench: Bench, name: string) {
  const bareNamespace = await bench.platform.createNamespace(`bench-${name}-bare`, bench.signal);
  await bench.sides.bareWorker(bareNamespace);
  return { atlas: await startAtlas(bench, name), bareNamespace };
}

/** Measures `execute` of one activity with a new key per request. */
export async function measureExecute(bench: Bench): Promise<void> {
  const { atlas, bareNamespace } = await startWorkers(bench, 'execute');
  const servers = { atlas, bare: await bench.sides.bareHttp(bareNamespace) };
  const requests = [executeHello];
  await warmUp(bench, servers, { requests, callers: Math.max(...executeCallers) });
  for (const callers of executeCallers)
    await compareServers(bench, servers, { requests, callers }, ({ atlas: ours, bare }) => {
      bench.record(`execute-${callers}-p50`, { atlas: ours.p50, bare: bare.p50 });
      bench.record(`execute-${callers}-p99`, { atlas: ours.p99, bare: bare.p99 });
    });
}

/** Measures a run with several activities in a row. DBOS records its steps in the same PostgreSQL. */
export async function measureSteps(bench: Bench): Promise<void> {
  const { platform, sides } = bench;
  const { atlas, bareNamespace } = await startWorkers(bench, 'steps');
  const dbos = await sides.dbos(await platform.createEmptyDatabase('bench_dbos'));
  const servers = { atlas, bare: await sides.bareHttp(bareNamespace), dbos };
  const load = (local: boolean) => {
    const body = JSON.stringify({ count: stepsInRow, ...(local && { local }) });
    return { requests: [{ path: '/v1/workflows/steps/execute', body, expected: 200 }], callers: 1 };
  };
  await warmUp(bench, servers, load(true));
  await compareServers(bench, servers, load(true), (results) => {
    bench.record('steps-p50', { atlas: results.atlas.p50, bare: results.bare.p50 });
    bench.record('steps-dbos-p50', { atlas: results.atlas.p50, bare: results.dbos.p50 });
  });
  const { dbos: _, ...both } = servers;
  await compareServers(bench, both, load(false), (results) =>
    bench.record('steps-activities-p50', { atlas: results.atlas.p50, bare: results.bare.p50 }),
  );
}

/** Unmeasured seconds, until all are in flight and the first have ended. */
const leadSeconds = 2;
/** Factor for the measured time: with many in flight, unfinished ones distort short turns. */
const longer = 3;

/** Measures workflows per second through our API, compared with a client and a worker without HTTP. */
export async function measureThroughput(bench: Bench): Promise<void> {
  const { atlas, bareNamespace } = await startWorkers(bench, 'throughput');
  const { temporalAddress: address } = bench.platform;
  await compareThroughput(bench, 'throughput', atlas, { address, namespace: bareNamespace });
}

/** Compares workflows per second on the stage with those of a bare worker on Temporal's sample. */
export async function measureSample(bench: Bench): Promise<void> {
  const { platform, sides, signal } = bench;
  try {
    const { address } = await startSample(join(platform.folder, '..'), signal);
    const connection = await Connection.connect({ address });
    const namespace = await createNamespace(connection, 'bench', signal).finally(() => connection.close());
    await sides.bareWorker(namespace, address);
    await compareThroughput(bench, 'sample', await startAtlas(bench, 'sample'), { address, namespace });
  } finally {
    await sides.stop();
    await removeSample();
  }
}

async function compareThroughput(
  bench: Bench,
  row: string,
  api: Server,
  server: { readonly address: string; readonly namespace: string },
): Promise<void> {
  // With many in flight, a run can take longer than the default wait.
  const request = { ...executeHello, path: `${executeHello.path}?wait=60s` };
  const ours = { requests: [request], callers: inFlight, leadSeconds };
  const bare = { ...hello, ...server, callers: inFlight, leadSeconds };
  const turns = (seconds: number) => ({
    atlas: () => loadServer(bench, api, { ...ours, seconds }),
    bare: () => runLoad({ ...bare, seconds }, bench.signal),
  });
  await interleaved({ rounds: 1 }, turns(warmUpTimes.seconds), () => undefined);
  await interleaved(bench, turns(longer * bench.seconds), (turn) =>
    bench.record(row, { atlas: turn.atlas.perSecond, bare: turn.bare.perSecond }),
  );
}
