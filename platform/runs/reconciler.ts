import { setTimeout as delay } from 'node:timers/promises';
import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import { mapInBatches } from './batches.js';
import type { ReconcilerEngine } from './reconciler-engine.js';
import type { OpenRuns, Run } from './run.js';
import type { Settlement } from './settle.js';
import { type ListPage, listSize } from './workflow-engine.js';
import { runIdOf } from './workflow-id.js';

export interface ReconcilerDeps {
  readonly openRuns: OpenRuns;
  readonly engine: Pick<ReconcilerEngine, 'listRunning' | 'endedFromOutside'>;
  readonly settlement: Pick<Settlement, 'settle'>;
  /** Names of all workflows. */
  readonly workflows: readonly string[];
  readonly logger: Logger;
  readonly intervalMs: number;
}

/** Concurrent calls to Temporal. */
const settleBatchSize = 8;
/** Temporal's visibility store lists an end with a delay, and this process may have been down; in milliseconds. */
const lookBackMs = { first: 3_600_000, later: 60_000 };

/**
 * Corrects the record of runs to match Temporal. It asks for workflows that were terminated or timed out, because no worker sees these
 * ends, and checks the open runs that are most overdue, which finds every other end that was not recorded. One list checks many runs; only
 * those that it does not contain are described. Any number of processes may reconcile at a time.
 */
export function createReconciler({ openRuns, engine, settlement, workflows, logger, intervalMs }: ReconcilerDeps) {
  let lastPassAt: number | undefined;
  const log = createFailureLog(logger, 'Cannot reconcile runs with Temporal', 'Can reconcile runs with Temporal again');

  async function findEndedFromOutside(signal: AbortSignal): Promise<void> {
    const now = Date.now();
    const since = new Date(lastPassAt === undefined ? now - lookBackMs.first : lastPassAt - lookBackMs.later);
    let next: ListPage['next'];
    do {
      const page = await engine.endedFromOutside(workflows, since, next);
      next = page.next;
      const executions = page.ended.flatMap(({ workflowId, startedAt }) => {
        const runId = runIdOf(workflowId);
        return runId === undefined ? [] : [{ runId, startedAt }];
      });
      await settleAll(await openRuns.unrecorded(executions), signal);
      if (signal.aborted) return;
    } while (next);
    lastPassAt = now;
  }

  /** Checks runs until none is due, or until it is time for the next pass. */
  async function sweep(endsAt: number, signal: AbortSignal): Promise<void> {
    let claimed: readonly Run[];
    do {
      claimed = await openRuns.claimToCheck(listSize);
      if (claimed.length > 0) await check(claimed, signal);
    } while (claimed.length === listSize && !signal.aborted && performance.now() < endsAt);
  }

  async function check(runs: readonly Run[], signal: AbortSignal): Promise<void> {
    const running = await engine.listRunning(runs.map(({ workflowId }) => workflowId));
    await settleAll(
      runs.filter(({ workflowId }) => !running.has(workflowId)),
      signal,
    );
  }

  const settleAll = (runs: readonly Run[], signal: AbortSignal) =>
    mapInBatches(runs, settleBatchSize, (run) => settleOne(run, signal));

  /** A failure does not stop the other runs; the next pass finds this run again. */
  async function settleOne(run: Run, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      const settled = await settlement.settle(run);
      if (settled.status !== run.status) {
        logger.info({ runId: run.id, from: run.status, to: settled.status }, 'Corrected the status of a run');
      }
    } catch (err) {
      logger.warn({ err, runId: run.id }, 'Cannot reconcile a run');
    }
  }

  return {
    /** Runs until `signal` aborts. Failures are logged; a pass begins after each interval, or when a longer pass has ended. */
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        const nextAt = performance.now() + intervalMs;
        try {
          await findEndedFromOutside(signal);
          await sweep(nextAt, signal);
          log.worked();
        } catch (error) {
          log.failed(error);
        }
        await delay(Math.max(0, nextAt - performance.now()), undefined, { signal }).catch(() => {});
      }
    },
  };
}
