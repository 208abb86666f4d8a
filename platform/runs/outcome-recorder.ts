import type { Logger } from '../observability/logger.js';
import { mapInBatches } from './batches.js';
import { createRounds } from './rounds.js';
import type { OpenRuns, Run, Started } from './run.js';
import { failingTask } from './run-problem.js';
import type { Settlement } from './settle.js';
import type { WorkflowEngine } from './workflow-engine.js';
import { runIdOf } from './workflow-id.js';

/** A workflow that asked Temporal to close it, as its worker saw it. */
export interface Closing extends Started {
  readonly workflowId: string;
}

export interface OutcomeRecorderDeps {
  readonly openRuns: Pick<OpenRuns, 'unrecorded'>;
  readonly engine: Pick<WorkflowEngine, 'result'>;
  readonly settlement: Pick<Settlement, 'record'>;
  readonly logger: Logger;
}

type Noted = Closing & { readonly attempt: number };

const batchSize = 8;
const resultWaitMs = 1_000;
/** After these attempts, the outcome is left to the reconciler. */
const maxAttempts = 3;

/**
 * Records the outcomes of workflows right after their worker has closed them. A closing is only a hint, because Temporal may refuse it
 * (a signal arrived in between): the outcome comes from Temporal.
 */
export function createOutcomeRecorder({ openRuns, engine, settlement, logger }: OutcomeRecorderDeps) {
  // Before each round, a waiting caller may record the outcome first.
  const rounds = createRounds<Noted>(recordAll);

  function note(closing: Closing, attempt = 1): void {
    const runId = runIdOf(closing.workflowId);
    if (runId !== undefined) rounds.add(runId, { ...closing, attempt });
  }

  async function recordAll(closings: ReadonlyMap<string, Noted>): Promise<void> {
    const executions = [...closings].map(([runId, { startedAt }]) => ({ runId, startedAt }));
    try {
      const runs = await openRuns.unrecorded(executions);
      await mapInBatches(runs, batchSize, (run) => recordOne(run, closings.get(run.id) as Noted));
    } catch (err) {
      logger.warn({ err, runs: executions.length }, 'Cannot record outcomes; the reconciler will');
    }
  }

  async function recordOne(run: Run, closing: Noted): Promise<void> {
    const { workflowId, temporalRunId, startedAt, attempt } = closing;
    try {
      const outcome = await engine.result(workflowId, resultWaitMs);
      if (!outcome) {
        if (attempt < maxAttempts) note(closing, attempt + 1);
        return;
      }
      await settlement.record(run, outcome, new Date(), { temporalRunId, startedAt });
      // It ended before the problem watch saw that its code works.
      if (failingTask(run.problems ?? [])) {
        const { id: runId, workflow } = run;
        logger.info({ runId, workflow, recovered: true }, 'The workflow task succeeds again: the run has ended');
      }
    } catch (err) {
      logger.warn({ err, runId: run.id, attempt }, 'Cannot record an outcome');
      if (attempt < maxAttempts) note(closing, attempt + 1);
    }
  }

  return {
    /** Returns at once and never throws. */
    note: (closing: Closing): void => note(closing),
    /** Resolves when each closing noted so far was recorded or left to the reconciler. */
    flush: (): Promise<void> => rounds.done(),
  };
}

export type OutcomeRecorder = ReturnType<typeof createOutcomeRecorder>;
