import type { HttpRequest } from '../load/http-connection.js';
import { runLoad } from '../load/job.js';
import { bareTaskQueue, executeCallers, inFlight } from '../rows.js';
import { type Bench, compareServers, interleaved, loadServer, warmUp, warmUpTimes } from './bench.js';

/** The workflow that both sides execute, with one activity. */
const hello = { workflow: 'hello', taskQueue: bareTaskQueue, input: { name: 'Ada' } };

export const executeHello: HttpRequest = {
  path: `/v1/workflows/${hello.workflow}/execute`,
  body: JSON.stringify(hello.input),
  expected: 200,
};

/** Starts a worker of each side in its own namespace, and our API. */
async function startWorkers({ platform, sides, signal }: Bench, name: string) {
  const database = await platform.createDatabase(`bench_${name}`, signal);
  const namespace = await platform.createNamespace(`bench-${name}-atlas`, signal);
  const bareNamespace = await platform.createNamespace(`bench-${name}-bare`, signal);
  await sides.worker(database, namespace);
  await sides.bareWorker(bareNamespace);
  return { atlas: await sides.api(database, namespace), bareNamespace };
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

/** Unmeasured seconds, until all are in flight and the first have ended. */
const leadSeconds = 2;
/** Factor for the measured time: with many in flight, unfinished ones distort short turns. */
const longer = 3;

/** Measures workflows per second through our API, compared with a client and a worker without HTTP. */
export async function measureThroughput(bench: Bench): Promise<void> {
  const { platform, signal } = bench;
  const { atlas: api, bareNamespace } = await startWorkers(bench, 'throughput');
  // With many in flight, a run can take longer than the default wait.
  const request = { ...executeHello, path: `${executeHello.path}?wait=60s` };
  const ours = { requests: [request], callers: inFlight, leadSeconds };
  const bare = {
    ...hello,
    address: platform.temporalAddress,
    namespace: bareNamespace,
    callers: inFlight,
    leadSeconds,
  };
  const turns = (seconds: number) => ({
    atlas: () => loadServer(bench, api, { ...ours, seconds }),
    bare: () => runLoad({ ...bare, seconds }, signal),
  });
  await interleaved({ ...bench, rounds: 1 }, turns(warmUpTimes.seconds), () => undefined);
  await interleaved(bench, turns(longer * bench.seconds), (turn) =>
    bench.record('throughput', { atlas: turn.atlas.perSecond, bare: turn.bare.perSecond }),
  );
}
