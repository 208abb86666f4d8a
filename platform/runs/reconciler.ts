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

/** Runs that Temporal is asked about at a time. */
const settledAtATime = 8;
const sweptAtATime = 64;
/** Temporal's visibility store may list an end later than it came, and a process may have been away; in milliseconds. */
const lookBackMs = { first: 3_600_000, later: 60_000 };

/**
 * Holds the record against Temporal, which decides: asks it for workflows that were terminated or timed out, of which no worker hears,
 * and about the open runs that were not looked at for longest, which finds whatever nobody came to record. Any number of processes may
 * do so at a time.
 */
export function createReconciler({ openRuns, engine, settlement, workflows, logger, intervalMs }: ReconcilerDeps) {
  let lookedAt: number | undefined;
  const log = createFailureLog(logger, {
    failing: 'Runs cannot be held against Temporal',
    again: 'Runs can be held against Temporal again',
  });

  async function findEndedFromOutside(): Promise<void> {
    const now = Date.now();
    const since = lookedAt === undefined ? now - lookBackMs.first : lookedAt - lookBackMs.later;
    const ended = await engine.endedFromOutside(workflows, new Date(since));
    const executions = ended.flatMap(({ workflowId, startedAt }) => {
      const runId = runIdOf(workflowId);
      return runId === undefined ? [] : [{ runId, startedAt }];
    });
    await settleAll(await openRuns.unrecorded(executions));
    lookedAt = now;
  }

  async function sweep(signal: AbortSignal): Promise<void> {
    let claimed: readonly Run[];
    do {
      claimed = await openRuns.claimToCheck(sweptAtATime);
      await settleAll(claimed);
    } while (claimed.length === sweptAtATime && !signal.aborted);
  }

  const settleAll = (runs: readonly Run[]) => mapInBatches(runs, settledAtATime, settleOne);

  /** One that fails is found again by the next look; it does not keep the others from theirs. */
  async function settleOne(run: Run): Promise<void> {
    try {
      const settled = await settlement.settle(run);
      if (settled.status !== run.status) {
        logger.info({ runId: run.id, from: run.status, to: settled.status }, 'The record of a run was behind');
      }
    } catch (err) {
      logger.warn({ err, runId: run.id }, 'A run could not be held against Temporal');
    }
  }

  return {
    /** Goes on until `signal` aborts. A failure is logged and the next look made in its time. */
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
