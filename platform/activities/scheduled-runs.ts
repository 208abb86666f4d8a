/** A run that a schedule starts. */
export interface ScheduledRequest {
  /** Name of the schedule. */
  readonly schedule: string;
  readonly workflow: string;
  readonly input: unknown;
  /** Temporal's id of the schedule's action. The id of the run derives from it, so that a retry finds the run. */
  readonly scheduledBy: string;
  /** ISO 8601. */
  readonly acceptedAt: string;
}

export interface ScheduledRunDeps {
  /** Records the run, once. */
  readonly accept: (request: ScheduledRequest) => Promise<{ runId: string; workflowId: string }>;
  /** Records what Temporal knows of the run. @returns whether it has ended */
  readonly track: (runId: string) => Promise<boolean>;
}

export const createScheduledRunActivities = ({ accept, track }: ScheduledRunDeps) => ({
  acceptScheduledRun: async (request: ScheduledRequest) => accept(request),
  trackScheduledRun: async (runId: string): Promise<boolean> => track(runId),
});
