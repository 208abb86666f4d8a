import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import { mapInBatches } from './batches.js';
import { createRounds } from './rounds.js';
import type { ProblemRecords } from './run.js';
import { failingTask, type RunProblem } from './run-problem.js';
import type { WorkflowEngine } from './workflow-engine.js';

/** An attempt that ended, as its worker saw it. */
export interface Attempt {
  readonly workflowId: string;
  /** Whether Temporal will retry it. */
  readonly fails: boolean;
  /** Why the workflow task failed: Temporal does not record the failure of a repeated task. */
  readonly taskFailure?: RunProblem['failure'];
}

export interface ProblemRecorderDeps {
  readonly records: Pick<ProblemRecords, 'record'>;
  readonly engine: Pick<WorkflowEngine, 'describe'>;
  readonly logger: Logger;
}

type Noted = Attempt & { readonly look: number };

const batchSize = 8;
/** Then the problem is left to the next attempt. */
const maxLooks = 4;
/** In an outage, runs beyond this number are left to their next attempt. */
const maxWaiting = 1_000;

/** Records the problems of runs right after an attempt in this worker has ended. Reads the problems from Temporal. */
export function createProblemRecorder({ records, engine, logger }: ProblemRecorderDeps) {
  // Before each round, Temporal hears of the end of an attempt that the worker has noted.
  const rounds = createRounds<Noted>(recordAll);
  const log = createFailureLog(logger, 'Cannot record the problems of runs', 'Can record the problems of runs again');

  function note(attempt: Attempt, look = 1): void {
    if (rounds.size < maxWaiting) rounds.add(attempt.workflowId, { ...attempt, look });
  }

  async function recordAll(noted: ReadonlyMap<string, Noted>): Promise<void> {
    await mapInBatches([...noted], batchSize, ([, attempt]) => recordOne(attempt));
  }

  async function recordOne({ look, ...attempt }: Noted): Promise<void> {
    try {
      const execution = await engine.describe(attempt.workflowId);
      if (!execution?.open) return;
      const { problems } = execution;
      const isKnown = attempt.taskFailure ? failingTask(problems) !== undefined : problems.length > 0;
      if (isKnown !== attempt.fails && look < maxLooks) note(attempt, look + 1);
      else await records.record(attempt.workflowId, withTaskFailure(problems, attempt.taskFailure));
      log.worked();
    } catch (error) {
      log.failed(error);
    }
  }

  return {
    /** Returns at once and never throws. */
    note: (attempt: Attempt): void => note(attempt),
  };
}

/** The problems with a newer reason of the failing workflow task, if they have one. */
export const withTaskFailure = (
  problems: readonly RunProblem[],
  failure: RunProblem['failure'] | undefined,
): readonly RunProblem[] =>
  failure
    ? problems.map((problem) => (problem.kind === 'workflow-task-failing' ? { ...problem, failure } : problem))
    : problems;
