import { runClientLoad } from '../load/job.js';
import { inFlight } from '../rows.js';
import { type Bench, interleaved, loadServer, warmUpSeconds } from './bench.js';
import { executeGreetPatiently, greet } from './greet.js';

/** Until all are in flight and the first of them have ended. */
const leadSeconds = 2;
/** A turn counts so many times longer than others: with so many in flight, those that are just not in time would weigh much. */
const longer = 3;

/** Workflows per second, from the request through our API to its answer; on the other side a client and a worker, with no HTTP between. */
export async function measureThroughput(bench: Bench): Promise<void> {
  const { platform, sides, signal, results } = bench;
  const database = await platform.createDatabase('bench_throughput', signal);
  const atlasNamespace = await platform.createNamespace('bench-throughput-atlas');
  const bareNamespace = await platform.createNamespace('bench-throughput-bare');
  await sides.worker(database, atlasNamespace);
  await sides.bareWorker(bareNamespace);
  const api = await sides.api(database, atlasNamespace);

  const atlasJob = { requests: [executeGreetPatiently], withKeys: true, expected: 200, callers: inFlight };
  const bareJob = { address: platform.temporalAddress, namespace: bareNamespace, ...greet, callers: inFlight };
  const warmUp = { leadSeconds, seconds: warmUpSeconds };
  await loadServer(api, { ...atlasJob, ...warmUp }, signal);
  await runClientLoad({ ...bareJob, ...warmUp }, signal);

  const times = { leadSeconds, seconds: longer * bench.seconds };
  await interleaved(
    bench.rounds,
    {
      atlas: () => loadServer(api, { ...atlasJob, ...times }, signal),
      bare: () => runClientLoad({ ...bareJob, ...times }, signal),
    },
    ({ atlas, bare }) => results.record('throughput', { atlas: atlas.perSecond, bare: bare.perSecond }),
  );
}
