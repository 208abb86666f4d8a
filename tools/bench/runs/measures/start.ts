import { BenchError } from '../../bench-error.js';
import type { LoopResult } from '../load/closed-loop.js';
import type { HttpRequest } from '../load/http-connection.js';
import type { DatabaseEnvironment } from '../platform.js';
import { startCallers } from '../rows.js';
import type { Server } from '../sides.js';
import { until } from '../until.js';
import { type Bench, loadServer, turnTimes, warmUpTimes } from './bench.js';

/** A workflow that stays open: one that times out during another turn would cost the server work. */
const workflow = 'vote';
export const vote: HttpRequest = {
  path: `/v1/workflows/${workflow}/start`,
  body: JSON.stringify({ subject: 'Order 4711', deadline: '720 hours' }),
  expected: 202,
};
/** Below the default of RUNS_BACKLOG_LIMIT, so that no request is rejected, and the backlog drains before the next turn. */
const mostRequests = 2_500;
/** Timeout for draining the backlog after a turn, in milliseconds. */
const settledWithinMs = 300_000;

/** A side in its own namespace without a worker, so that only starting is measured. */
interface Side {
  readonly server: Server;
  readonly namespace: string;
  /** Stores accepted runs. @default - the server starts each workflow before it answers */
  readonly database?: DatabaseEnvironment;
  accepted: number;
}

/**
 * Measures `start` with a new key per request. Before the next turn, all accepted runs must be started and listed, so that turns do not
 * affect each other; this time is measured too.
 */
export async function measureStart(bench: Bench): Promise<void> {
  const { platform, sides, signal, record } = bench;
  const database = await platform.createDatabase('bench_start', signal);
  const namespace = await platform.createNamespace('bench-start-atlas', signal);
  const bareNamespace = await platform.createNamespace('bench-start-bare', signal);
  const atlas: Side = { server: await sides.api(database, namespace), namespace, database, accepted: 0 };
  const bare: Side = { server: await sides.bareHttp(bareNamespace), namespace: bareNamespace, accepted: 0 };

  for (const side of [atlas, bare]) await turn(bench, side, 16, warmUpTimes);
  for (let round = 0; round < bench.rounds; round++)
    for (const callers of startCallers) {
      const ours = await turn(bench, atlas, callers);
      const theirs = await turn(bench, bare, callers);
      record(`start-${callers}-p50`, { atlas: ours.p50, bare: theirs.p50 });
      record(`start-${callers}-p99`, { atlas: ours.p99, bare: theirs.p99 });
      record(`start-${callers}-rate`, { atlas: ours.perSecond, bare: theirs.perSecond });
      record(`start-${callers}-drain`, { atlas: ours.drainSeconds });
    }
}

async function turn(
  bench: Bench,
  side: Side,
  callers: number,
  times = turnTimes(bench),
): Promise<LoopResult & { drainSeconds: number }> {
  const result = await loadServer(bench, side.server, { ...times, callers, mostRequests, requests: [vote] });
  side.accepted += result.answered;
  return { ...result, drainSeconds: await settle(bench, side) };
}

/**
 * Waits until all accepted runs are started and Temporal lists as many workflows, then deletes the runs: reconciling open runs would slow
 * down the turn of the other side.
 * @returns the seconds until the last run was started
 * @throws {BenchError} `turn-unsettled`
 */
async function settle({ platform, signal }: Bench, { database, namespace, accepted }: Side): Promise<number> {
  const began = performance.now();
  const settled = (what: string, reached: () => Promise<boolean>) => {
    const late = () => new BenchError('turn-unsettled', `${what} within ${settledWithinMs / 1000} s after a turn`);
    return until(reached, settledWithinMs, late, signal);
  };
  if (database)
    await settled(
      'Not all accepted runs were started',
      async () => (await platform.countRuns(database, 'pending')) === 0,
    );
  const drainSeconds = (performance.now() - began) / 1000;
  await settled(
    `Temporal did not list ${accepted} workflows in ${namespace}`,
    async () => (await platform.countWorkflows(namespace, workflow)) === accepted,
  );
  if (database) await platform.forgetRuns(database);
  return drainSeconds;
}
