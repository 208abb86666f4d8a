import { setTimeout as delay } from 'node:timers/promises';
import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import { mapInBatches } from './batches.js';
import { withTaskFailure } from './problem-recorder.js';
import type { ProblemRecords, Run } from './run.js';
import { failingTask } from './run-problem.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface ProblemWatchDeps {
  readonly records: Pick<ProblemRecords, 'record' | 'claim'>;
  readonly engine: Pick<WorkflowEngine, 'describe'>;
  readonly logger: Logger;
  /** Between two checks of a run, in milliseconds. @default 1000 */
  readonly intervalMs?: number;
}

/** With more runs than this per interval, each is checked less often. */
const claimLimit = 50;
const batchSize = 8;

/**
 * Compares the recorded problems of runs with Temporal, so that they disappear when the code is fixed, whichever worker completes the task.
 * Sends one statement per interval if no run has a problem. Any number of processes may watch at a time.
 */
export function createProblemWatch({ records, engine, logger, intervalMs = 1_000 }: ProblemWatchDeps) {
  const log = createFailureLog(logger, 'Cannot check the problems of runs', 'Can check the problems of runs again');

  async function check(run: Run): Promise<void> {
    const recorded = run.problems ?? [];
    const execution = await engine.describe(run.workflowId);
    // The end of a run removes its problems.
    if (!execution?.open) return;
    const task = failingTask(recorded);
    const problems = withTaskFailure(execution.problems, task?.failure);
    const changed = await records.record(run.workflowId, problems);
    if (changed && task && !failingTask(problems)) {
      logger.info(
        { runId: run.id, workflow: run.workflow, recovered: true },
        'The workflow task succeeds again: the run continues',
      );
    }
  }

  return {
    /** Runs until `signal` aborts. Failures are logged; the next pass follows after the interval. */
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        try {
          await mapInBatches(await records.claim(claimLimit, intervalMs), batchSize, check);
          log.worked();
        } catch (error) {
          log.failed(error);
        }
        await delay(intervalMs / 2, undefined, { signal }).catch(() => {});
      }
    },
  };
}
