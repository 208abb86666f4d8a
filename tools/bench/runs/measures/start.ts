import { setTimeout as delay } from 'node:timers/promises';
import type { LoopResult } from '../load/closed-loop.js';
import type { HttpRequest } from '../load/http-request.js';
import { startCallers } from '../rows.js';
import type { Server } from '../sides.js';
import { type Bench, leadSeconds, loadServer, warmUpSeconds } from './bench.js';

/** A workflow that stays open: one that times out during another turn would cost the server work. */
const workflow = 'approval';
const request: HttpRequest = {
  method: 'POST',
  path: `/v1/workflows/${workflow}/start`,
  body: JSON.stringify({ subject: 'Order 4711', deadline: '30 days' }),
};
/**
 * Below the default of RUNS_BACKLOG_LIMIT, so that no request is rejected, and the backlog drains before the next turn.
 */
const mostRequests = 2_500;
/** Timeout for draining the backlog after a turn, in milliseconds. */
const settledWithinMs = 300_000;
const pollMs = 100;

/** The backlog of a turn did not drain. */
class TurnUnsettled extends Error {
  readonly code = 'turn-unsettled';
  constructor(what: string) {
    super(`${what} within ${settledWithinMs / 1000} s after a turn`);
    this.name = 'TurnUnsettled';
  }
}

/** A side in its own namespace without a worker, so that only starting is measured. */
interface Side {
  readonly server: Server;
  readonly namespace: string;
  /** Number of accepted runs that are not started. */
  readonly pending: () => Promise<number>;
  /** Deletes started runs, so that they cause no more work. */
  readonly forget: () => Promise<void>;
  accepted: number;
}

/**
 * Measures `start` with a new key per request. Before the next turn, all accepted runs must be started and listed, so that turns do not
 * affect each other; this time is measured too.
 */
export async function measureStart(bench: Bench): Promise<void> {
  const { platform, sides, rounds, results, signal } = bench;
  const database = await platform.createDatabase('bench_start', signal);
  const names = { atlas: 'bench-start-atlas', bare: 'bench-start-bare' };
  for (const namespace of Object.values(names)) await platform.createNamespace(namespace);
  const atlas: Side = {
    server: await sides.api(database, names.atlas),
    namespace: names.atlas,
    pending: () => platform.countPending(database),
    forget: () => platform.forgetRuns(database),
    accepted: 0,
  };
  const bare: Side = {
    server: await sides.bareHttp(names.bare),
    namespace: names.bare,
    pending: async () => 0,
    forget: async () => {},
    accepted: 0,
  };

  for (const side of [atlas, bare]) {
    await load(bench, side, { callers: 16, leadSeconds: 0, seconds: warmUpSeconds });
    await settle(bench, side);
  }
  for (let round = 0; round < rounds; round++)
    for (const callers of startCallers) {
      const turn = async (side: Side) => {
        const result = await load(bench, side, { callers, leadSeconds, seconds: bench.seconds });
        return { ...result, drainSeconds: await settle(bench, side) };
      };
      const [ours, theirs] = [await turn(atlas), await turn(bare)];
      results.record(`start-${callers}-p50`, { atlas: ours.p50, bare: theirs.p50 });
      results.record(`start-${callers}-p99`, { atlas: ours.p99, bare: theirs.p99 });
      results.record(`start-${callers}-rate`, { atlas: ours.perSecond, bare: theirs.perSecond });
      results.record(`start-${callers}-drain`, { atlas: ours.drainSeconds });
    }
}

interface Times {
  readonly callers: number;
  readonly leadSeconds: number;
  readonly seconds: number;
}

async function load({ signal }: Bench, side: Side, times: Times): Promise<LoopResult> {
  const job = { ...times, mostRequests, requests: [request], withKeys: true, expected: 202 };
  const result = await loadServer(side.server, job, signal);
  side.accepted += result.answered;
  return result;
}

/**
 * Waits until all accepted runs are started and Temporal lists as many workflows, then deletes the runs: reconciling open runs would slow
 * down the turn of the other side.
 * @returns the seconds until the last run was started
 * @throws {TurnUnsettled}
 */
async function settle({ platform, signal }: Bench, side: Side): Promise<number> {
  const began = performance.now();
  const until = async (what: string, reached: () => Promise<boolean>) => {
    while (!(await reached())) {
      signal.throwIfAborted();
      if (performance.now() - began > settledWithinMs) throw new TurnUnsettled(what);
      await delay(pollMs);
    }
  };
  await until('Not all accepted runs were started', async () => (await side.pending()) === 0);
  const drainSeconds = (performance.now() - began) / 1000;
  await until(
    `Temporal did not list ${side.accepted} workflows in ${side.namespace}`,
    async () => (await platform.countWorkflows(side.namespace, workflow)) === side.accepted,
  );
  await side.forget();
  return drainSeconds;
}
