import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type { HttpRequest } from '../load/http-connection.js';
import { runLoad } from '../load/job.js';
import { createNamespace } from '../namespace.js';
import {
  type ActivityKind,
  activityKinds,
  bareTaskQueue,
  executeCallers,
  executeRow,
  inFlight,
  sampleRow,
  stepsInRow,
  throughputRow,
} from '../rows.js';
import { removeSample, startSample } from '../sample-stage.js';
import type { Server } from '../sides.js';
import { type Bench, compareServers, interleaved, loadServer, warmUp, warmUpTimes } from './bench.js';

/** Executes this many steps in a row. */
export const executeSteps = (count: number, kind: ActivityKind): HttpRequest => ({
  path: '/v1/workflows/steps/execute',
  body: JSON.stringify({ count, ...(kind === 'local activity' && { local: true }) }),
  expected: 200,
});

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
  for (const kind of activityKinds) {
    const requests = [executeSteps(1, kind)];
    await warmUp(bench, servers, { requests, callers: Math.max(...executeCallers) });
    for (const callers of executeCallers)
      await compareServers(bench, servers, { requests, callers }, ({ atlas: ours, bare }) => {
        bench.record(`${executeRow(callers, kind)}-p50`, { atlas: ours.p50, bare: bare.p50 });
        bench.record(`${executeRow(callers, kind)}-p99`, { atlas: ours.p99, bare: bare.p99 });
      });
  }
}

/** Measures a run with several activities in a row. DBOS records its steps in the same PostgreSQL. */
export async function measureSteps(bench: Bench): Promise<void> {
  const { platform, sides } = bench;
  const { atlas, bareNamespace } = await startWorkers(bench, 'steps');
  const dbos = await sides.dbos(await platform.createEmptyDatabase('bench_dbos'));
  const servers = { atlas, bare: await sides.bareHttp(bareNamespace), dbos };
  const load = (kind: ActivityKind) => ({ requests: [executeSteps(stepsInRow, kind)], callers: 1 });
  await warmUp(bench, servers, load('local activity'));
  await compareServers(bench, servers, load('local activity'), (results) => {
    bench.record('steps-p50', { atlas: results.atlas.p50, bare: results.bare.p50 });
    bench.record('steps-dbos-p50', { atlas: results.atlas.p50, bare: results.dbos.p50 });
  });
  const { dbos: _, ...both } = servers;
  await compareServers(bench, both, load('activity'), (results) =>
    bench.record('steps-activities-p50', { atlas: results.atlas.p50, bare: results.bare.p50 }),
  );
}

/** The same workflow of the bare side, without HTTP. */
const bareStep = { workflow: 'steps', taskQueue: bareTaskQueue, input: { count: 1 } };

/** Unmeasured seconds, until all are in flight and the first have ended. */
const leadSeconds = 2;
/** Factor for the measured time: with many in flight, unfinished ones distort short turns. */
const longer = 3;

/** Measures workflows per second through our API, compared with a client and a worker without HTTP. */
export async function measureThroughput(bench: Bench): Promise<void> {
  const { atlas, bareNamespace } = await startWorkers(bench, 'throughput');
  const { temporalAddress: address } = bench.platform;
  for (const kind of activityKinds)
    await compareThroughput(bench, throughputRow(kind), kind, atlas, { address, namespace: bareNamespace });
}

/** Compares workflows per second on the stage with those of a bare worker on Temporal's sample. */
export async function measureSample(bench: Bench): Promise<void> {
  const { platform, sides, signal } = bench;
  try {
    const { address } = await startSample(join(platform.folder, '..'), signal);
    const connection = await Connection.connect({ address });
    const namespace = await createNamespace(connection, 'bench', signal).finally(() => connection.close());
    await sides.bareWorker(namespace, address);
    const atlas = await startAtlas(bench, 'sample');
    for (const kind of activityKinds)
      await compareThroughput(bench, sampleRow(kind), kind, atlas, { address, namespace });
  } finally {
    await sides.stop();
    await removeSample();
  }
}

async function compareThroughput(
  bench: Bench,
  row: string,
  kind: ActivityKind,
  api: Server,
  server: { readonly address: string; readonly namespace: string },
): Promise<void> {
  // With many in flight, a run can take longer than the default wait.
  const execute = executeSteps(1, kind);
  const request = { ...execute, path: `${execute.path}?wait=60s` };
  const ours = { requests: [request], callers: inFlight, leadSeconds };
  const bare = { ...bareStep, ...server, callers: inFlight, leadSeconds };
  const turns = (seconds: number) => ({
    atlas: () => loadServer(bench, api, { ...ours, seconds }),
    bare: () => runLoad({ ...bare, seconds }, bench.signal),
  });
  await interleaved({ rounds: 1 }, turns(warmUpTimes.seconds), () => undefined);
  await interleaved(bench, turns(longer * bench.seconds), (turn) =>
    bench.record(row, { atlas: turn.atlas.perSecond, bare: turn.bare.perSecond }),
  );
}
