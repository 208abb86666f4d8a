import { recordStart } from './record-start.js';
import { isFinal, type Run, type RunsRepository } from './run.js';
import type { Settlement } from './settle.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface ScheduledRunsDeps {
  readonly repository: Pick<RunsRepository, 'find'>;
  readonly engine: Pick<WorkflowEngine, 'terminate'>;
  readonly settlement: Pick<Settlement, 'change' | 'settle'>;
}

/** The owner of the runs of a schedule, and of the audit entries of their starts. */
export const scheduleCaller = (schedule: string): string => `schedule:${schedule}`;

/** @returns a function that records what Temporal knows of a run, and returns whether it has ended */
export const createTracking =
  ({ repository, ...parts }: ScheduledRunsDeps) =>
  async (runId: string): Promise<boolean> => {
    const run: Run | undefined = await repository.find(runId);
    // A run that is no longer there ended long ago.
    return run === undefined || isFinal((await recordStart(parts, run)).status);
  };
