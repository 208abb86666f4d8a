import type { ErrorCode } from '../errors/codes.js';

/** Where a run stands. The last six are final. */
export const runStatuses = [
  'pending',
  'running',
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'timed-out',
  'lost',
] as const;
export type RunStatus = (typeof runStatuses)[number];
export type FinalStatus = Exclude<RunStatus, 'pending' | 'running'>;

/** The allowed order: from which states a run may come into each. Every change of status is a compare-and-set against it. */
export const allowedBefore: { readonly [S in Exclude<RunStatus, 'pending'>]: readonly RunStatus[] } = {
  running: ['pending'],
  completed: ['pending', 'running'],
  failed: ['pending', 'running'],
  cancelled: ['pending', 'running'],
  terminated: ['pending', 'running'],
  'timed-out': ['pending', 'running'],
  lost: ['running'],
};

export const isFinal = (status: RunStatus): status is FinalStatus => status !== 'pending' && status !== 'running';

/** Why a run did not complete. `code` is the type that the workflow failed with, or one of ours. */
export interface RunFailure {
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  /** Activity that failed, if one did, and on which attempt. */
  readonly activity?: string;
  readonly attempt?: number;
}

/** How a run ended. */
export type Outcome =
  | { readonly status: 'completed'; readonly result: unknown }
  | { readonly status: Exclude<FinalStatus, 'completed'>; readonly failure: RunFailure };

/** One run of a workflow, as it is recorded. Times are UTC. */
export interface Run {
  /** UUID v7: sorts by the time of creation. */
  readonly id: string;
  readonly workflow: string;
  readonly status: RunStatus;
  readonly input: unknown;
  /** What the workflow returned; `null` until it has completed. */
  readonly result: unknown;
  readonly failure: RunFailure | null;
  /** Id of the workflow in Temporal, derived from the run's. */
  readonly workflowId: string;
  /** Temporal's id of the first execution; `null` until it is known to have started. */
  readonly temporalRunId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** By Temporal's clock, or by that of the API that saw it happen; the same for `endedAt`. */
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Counts the changes of the row, for optimistic locking. */
  readonly version: number;
}

/** What a change of status brings with it. */
export type Transition =
  | { readonly to: 'running'; readonly temporalRunId: string; readonly startedAt: Date }
  | { readonly to: 'completed'; readonly result: unknown; readonly endedAt: Date }
  | { readonly to: Exclude<FinalStatus, 'completed'>; readonly failure: RunFailure; readonly endedAt: Date };

/** The record of runs. Plain objects in and out; the database behind it stays behind it. Throws `DatabaseUnavailable`. */
export interface RunsRepository {
  /** Writes a run as `pending`, with a new id and the workflow id `<workflow>-<id>`. */
  create(run: { workflow: string; input: unknown }): Promise<Run>;
  find(id: string): Promise<Run | undefined>;
  /** Newest first. `before`: only runs older than the one with this id. */
  list(page: { limit: number; before?: string }): Promise<Run[]>;
  /**
   * Changes the status if the allowed order permits it from where the run is now; one statement, safe against racing writers.
   * @returns the changed run, or `undefined` when the run is not in a state that allows it (or does not exist)
   */
  transition(id: string, transition: Transition): Promise<Run | undefined>;
}
