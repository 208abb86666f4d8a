import { setTimeout as delay } from 'node:timers/promises';
import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import { mapInBatches } from './batches.js';
import type { OpenRuns, Run } from './run.js';
import type { Settlement } from './settle.js';
import type { WorkflowEngine } from './workflow-engine.js';
import { runIdOf } from './workflow-id.js';

export interface ReconcilerDeps {
  readonly openRuns: OpenRuns;
  readonly engine: Pick<WorkflowEngine, 'endedFromOutside'>;
  readonly settlement: Pick<Settlement, 'settle'>;
  /** Names of all workflows. */
  readonly workflows: readonly string[];
  readonly logger: Logger;
  readonly intervalMs: number;
}

/** Concurrent calls to Temporal. */
const settleBatchSize = 8;
const sweepBatchSize = 64;
/** Temporal's visibility store lists an end with a delay, and this process may have been down; in milliseconds. */
const lookBackMs = { first: 3_600_000, later: 60_000 };

/**
 * Corrects the record of runs to match Temporal. It asks for workflows that were terminated or timed out, because no worker sees these
 * ends, and checks the open runs that are most overdue, which finds every other end that was not recorded. Any number of processes may
 * reconcile at a time.
 */
export function createReconciler({ openRuns, engine, settlement, workflows, logger, intervalMs }: ReconcilerDeps) {
  let lastPassAt: number | undefined;
  const log = createFailureLog(logger, 'Cannot reconcile runs with Temporal', 'Can reconcile runs with Temporal again');

  async function findEndedFromOutside(): Promise<void> {
    const now = Date.now();
    const since = lastPassAt === undefined ? now - lookBackMs.first : lastPassAt - lookBackMs.later;
    const ended = await engine.endedFromOutside(workflows, new Date(since));
    const executions = ended.flatMap(({ workflowId, startedAt }) => {
      const runId = runIdOf(workflowId);
      return runId === undefined ? [] : [{ runId, startedAt }];
    });
    await settleAll(await openRuns.unrecorded(executions));
    lastPassAt = now;
  }

  async function sweep(signal: AbortSignal): Promise<void> {
    let claimed: readonly Run[];
    do {
      claimed = await openRuns.claimToCheck(sweepBatchSize);
      await settleAll(claimed);
    } while (claimed.length === sweepBatchSize && !signal.aborted);
  }

  const settleAll = (runs: readonly Run[]) => mapInBatches(runs, settleBatchSize, settleOne);

  /** A failure does not stop the other runs; the next pass finds this run again. */
  async function settleOne(run: Run): Promise<void> {
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
    /** Runs until `signal` aborts. Failures are logged; the next pass follows after the interval. */
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        try {
          await findEndedFromOutside();
          await sweep(signal);
          log.worked();
        } catch (error) {
          log.failed(error);
        }
        await delay(intervalMs, undefined, { signal }).catch(() => {});
      }
    },
  };
}
