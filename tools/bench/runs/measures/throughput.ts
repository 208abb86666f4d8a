import { runClientLoad } from '../load/job.js';
import { inFlight } from '../rows.js';
import { type Bench, interleaved, loadServer, warmUpSeconds } from './bench.js';
import { executeGreetPatiently, greet } from './greet.js';

/** Unmeasured seconds, until all are in flight and the first have ended. */
const leadSeconds = 2;
/** Factor for the measured time: with many in flight, unfinished ones distort short turns. */
const longer = 3;

/** Measures workflows per second through our API, compared with a client and a worker without HTTP. */
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
