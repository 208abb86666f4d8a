import { setTimeout as delay } from 'node:timers/promises';
import { healthPaths } from '../../../../platform/settings/names.js';
import { type Spread, spreadOf } from '../../statistics.js';
import type { HttpRequest } from '../load/http-request.js';
import { memoryRequests, readCallers } from '../rows.js';
import type { Server } from '../sides.js';
import { type Bench, interleaved, loadServer } from './bench.js';
import { completedRuns } from './completed-runs.js';

/** Times in milliseconds. */
const restMs = 2_000;
const lookEveryMs = 200;
/** Longer than any load: the number of requests ends it. */
const withoutEndSeconds = 240;

/**
 * Measures the memory of a new server when idle, and then under load of runs and probes. Each round has new processes. Garbage collection
 * makes memory oscillate, so it takes many samples.
 */
export async function measureMemory(bench: Bench): Promise<void> {
  const { platform, sides, signal, results, rounds } = bench;
  const database = await platform.createDatabase('bench_memory', signal);
  const namespace = await platform.createNamespace('bench-memory');
  const health: HttpRequest = { method: 'GET', path: healthPaths.live };
  const requests = (await completedRuns(bench, database, namespace)).flatMap((run) => [run, health]);

  /** @returns the memory during the load */
  const load = async (server: Server, mostRequests: number): Promise<Spread> => {
    const job = { requests, withKeys: false, expected: 200, callers: readCallers };
    const seen: number[] = [];
    let isOver = false;
    const look = async () => {
      for (; !isOver; await delay(lookEveryMs)) seen.push(server.program.megabytes());
    };
    const send = loadServer(server, { ...job, leadSeconds: 0, seconds: withoutEndSeconds, mostRequests }, signal);
    await Promise.all([
      look(),
      send.finally(() => {
        isOver = true;
      }),
    ]);
    return spreadOf(seen);
  };
  const turn = async (server: Server) => {
    await delay(restMs, undefined, { signal });
    const idle = server.program.megabytes();
    const [first, second, third] = [
      await load(server, memoryRequests.first),
      await load(server, memoryRequests.second),
      await load(server, memoryRequests.third),
    ];
    await sides.stop();
    const highest = Math.max(first.max, second.max, third.max);
    return { idle, after: third.median, highest, growth: third.min - second.min };
  };
  await interleaved(
    rounds,
    {
      atlas: async () => turn(await sides.api(database, namespace)),
      bare: async () => turn(await sides.bareKoa(database)),
    },
    ({ atlas, bare }) => {
      for (const when of ['idle', 'after', 'highest', 'growth'] as const)
        results.record(`memory-${when}`, { atlas: atlas[when], bare: bare[when] });
    },
  );
}
