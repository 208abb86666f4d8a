import { executeCallers } from '../rows.js';
import type { Server } from '../sides.js';
import { type Bench, interleaved, leadSeconds, loadServer, warmUpSeconds } from './bench.js';
import { executeGreet } from './greet.js';

/** Measures `execute` of one activity with a new key per request. Each side has its own worker and namespace. */
export async function measureExecute(bench: Bench): Promise<void> {
  const { platform, sides, signal, results } = bench;
  const database = await platform.createDatabase('bench_execute', signal);
  const atlasNamespace = await platform.createNamespace('bench-execute-atlas');
  const bareNamespace = await platform.createNamespace('bench-execute-bare');
  await sides.worker(database, atlasNamespace);
  await sides.bareWorker(bareNamespace);
  const atlas = await sides.api(database, atlasNamespace);
  const bare = await sides.bareHttp(bareNamespace);

  const load = (server: Server, callers: number, lead = leadSeconds, seconds = bench.seconds) => {
    const job = { requests: [executeGreet], withKeys: true, expected: 200 };
    return loadServer(server, { ...job, callers, leadSeconds: lead, seconds }, signal);
  };
  for (const server of [atlas, bare]) await load(server, Math.max(...executeCallers), 0, warmUpSeconds);
  for (const callers of executeCallers)
    await interleaved(bench.rounds, { atlas: () => load(atlas, callers), bare: () => load(bare, callers) }, (turn) => {
      results.record(`execute-${callers}-p50`, { atlas: turn.atlas.p50, bare: turn.bare.p50 });
      results.record(`execute-${callers}-p99`, { atlas: turn.atlas.p99, bare: turn.bare.p99 });
    });
}
