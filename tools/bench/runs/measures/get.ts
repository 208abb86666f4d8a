import { healthPaths } from '../../../../platform/settings/names.js';
import type { HttpRequest } from '../load/http-request.js';
import { readCallers } from '../rows.js';
import type { Server } from '../sides.js';
import { type Bench, interleaved, leadSeconds, loadServer, warmUpSeconds } from './bench.js';
import { completedRuns } from './completed-runs.js';

/** Measures reading a run by id, and the liveness probe. The bare side reads the same rows. */
export async function measureGet(bench: Bench): Promise<void> {
  const { platform, sides, signal, results, rounds } = bench;
  const database = await platform.createDatabase('bench_get', signal);
  const namespace = await platform.createNamespace('bench-get');
  const runs = await completedRuns(bench, database, namespace);
  const atlas = await sides.api(database, namespace);
  const bare = await sides.bareKoa(database);

  const health: HttpRequest = { method: 'GET', path: healthPaths.live };
  for (const [row, requests] of [
    ['get-run', runs],
    ['get-health', [health]],
  ] as const) {
    const load = (server: Server, lead = leadSeconds, seconds = bench.seconds) =>
      loadServer(
        server,
        { requests, withKeys: false, expected: 200, callers: readCallers, leadSeconds: lead, seconds },
        signal,
      );
    for (const server of [atlas, bare]) await load(server, 0, warmUpSeconds);
    await interleaved(rounds, { atlas: () => load(atlas), bare: () => load(bare) }, (turn) =>
      results.record(row, { atlas: turn.atlas.perSecond, bare: turn.bare.perSecond }),
    );
  }
}
