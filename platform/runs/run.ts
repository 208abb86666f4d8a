import type { ErrorCode } from '../errors/codes.js';
import type { Caller } from './caller.js';
import type { RunProblem } from './run-problem.js';

/** States of a run. The last six are final. */
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

/** For each state, the states that may precede it. Every change of status is a compare-and-set against this order. */
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

/** Why a run did not complete. `code` is the type of the workflow's failure, or one of the platform's codes. */
export type RunFailure = {
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  /** The activity that failed, if any, and its attempt. */
  readonly activity?: string;
  readonly attempt?: number;
};

export type UnsuccessfulStatus = Exclude<FinalStatus, 'completed'>;

/** How a run ended. */
export type Outcome =
  | { readonly status: 'completed'; readonly result: unknown }
  | { readonly status: UnsuccessfulStatus; readonly failure: RunFailure };

/** One run of a workflow, as recorded. Times are UTC. */
export interface Run {
  /** UUID v7, which sorts by time of creation. */
  readonly id: string;
  readonly workflow: string;
  readonly status: RunStatus;
  /** Name of the caller that owns the run. */
  readonly caller: string;
  readonly input: unknown;
  /** The workflow's return value; `null` until it has completed. */
  readonly result: unknown;
  readonly failure: RunFailure | null;
  /** Why the open run makes no progress, as last seen; `null` if it does. */
  readonly problems: readonly RunProblem[] | null;
  /** Id of the workflow in Temporal, derived from the run's id. */
  readonly workflowId: string;
  /** Temporal's id of the first execution; `null` until the start is known. */
  readonly temporalRunId: string | null;
  /** When the caller wants it to start; `null`: at once. */
  readonly startsAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** By Temporal's clock, or by the clock of the process that observed it; `endedAt` too. */
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Counts the changes of the run. */
  readonly version: number;
}

/**
 * The end of a run. `started`: its start, if it may not have been recorded yet. `inTemporal`: Temporal has this end too, so that the
 * reconciler records it again if it is lost.
 */
export type Ending = {
  readonly endedAt: Date;
  readonly started?: Started | undefined;
  readonly inTemporal?: boolean;
} & (
  | { readonly to: 'completed'; readonly result: unknown }
  | { readonly to: UnsuccessfulStatus; readonly failure: RunFailure }
);

/** A change of status with its data. */
export type Transition = ({ readonly to: 'running' } & Started) | Ending;

export interface Started {
  readonly temporalRunId: string;
  readonly startedAt: Date;
}

export interface NewRun {
  readonly caller: Caller;
  readonly workflow: string;
  readonly input: unknown;
  /** Requests of one caller with the same key get the same run. */
  readonly idempotencyKey?: string | undefined;
  /** @default - at once */
  readonly start?: DelayedStart | undefined;
  /** Whether this process starts the run right away; otherwise it goes into the backlog. */
  readonly leased: boolean;
}

export interface DelayedStart {
  readonly at: Date;
  /** The time as the caller asked for it: part of what makes two requests with a key the same one. */
  readonly asked: string;
}

/** A request with an idempotency key to an existing run. */
export interface KeyedRequest {
  readonly caller: string;
  readonly key: string;
  readonly runId: string;
  /** The rest of the request, as JSON. */
  readonly content: readonly unknown[];
}

/** `repeated`: an earlier request with the same key and content created the run. */
export interface Accepted {
  readonly run: Run;
  readonly repeated: boolean;
}

/** Runs that meet all of these conditions. */
export interface RunFilter {
  readonly caller?: string | undefined;
  readonly workflow?: string | undefined;
  /** Any of these. */
  readonly status?: readonly RunStatus[] | undefined;
  /** Includes this time. */
  readonly createdFrom?: Date | undefined;
  readonly createdBefore?: Date | undefined;
}

/** The record of runs, as plain objects. Throws `DatabaseUnavailable`. */
export interface RunsRepository {
  /**
   * Writes a run as `pending`, with a new id, the workflow id `<workflow>-<id>`, its key and its audit entry, or finds the run that the
   * key created before. Resolves after the commit.
   * @throws {IdempotencyKeyReused} the key created a run of another workflow or with another input or start
   */
  accept(run: NewRun): Promise<Accepted>;
  /** The run that an earlier request with this key created. @throws {IdempotencyKeyReused} */
  findAccepted(request: Omit<NewRun, 'leased'> & { idempotencyKey: string }): Promise<Run | undefined>;
  /**
   * Remembers a request to a run by its key, for as long as the keys of accepted runs.
   * @returns whether the request is new
   * @throws {IdempotencyKeyReused} the key belongs to another request
   */
  rememberRequest(request: KeyedRequest): Promise<boolean>;
  /** Forgets a request that was rejected. */
  forgetRequest(request: KeyedRequest): Promise<void>;
  find(id: string): Promise<Run | undefined>;
  /** Newest first. @param page - `before`: only runs older than the run with this id */
  list(page: { limit: number; before?: string | undefined }, filter?: RunFilter): Promise<Run[]>;
  /**
   * Changes the status if the allowed order permits it, in one statement that is safe against racing writers.
   * @returns the changed run, or `undefined` if its state does not permit the change or the run does not exist
   */
  transition(id: string, transition: Transition): Promise<Run | undefined>;
  /**
   * Ends a `pending` run without a current lease as `cancelled`: no process is starting it.
   * @returns `undefined` for every other run
   */
  cancelPending(id: string, failure: RunFailure): Promise<Run | undefined>;
  /**
   * Replaces the outcome of an ended run by that of an execution that started later, after a reset in Temporal.
   * @returns `undefined` if the run has not ended, ended after that start, or was cancelled before it had started
   */
  supersede(id: string, executionStartedAt: Date, ending: Ending): Promise<Run | undefined>;
}

/** A run of the backlog that this process has leased. */
export interface LeasedRun {
  readonly run: Run;
  /** Failed attempts to start it. */
  readonly attempts: number;
}

/** Runs that wait for their start. Throws `DatabaseUnavailable`. */
export interface Backlog {
  /**
   * Leases the oldest due runs of workflows that this process knows. A run whose lease has ended is due. Two processes never lease the
   * same run.
   */
  claimPending(limit: number): Promise<LeasedRun[]>;
  /** Releases the lease of a run that could not be started. It is due again in `dueInMs` milliseconds. */
  release(id: string, dueInMs: number): Promise<void>;
  /** Number of runs in the backlog, at most `limit`. */
  countPending(limit: number): Promise<number>;
}

/** The current state of those of these runs that have a later version. Throws `DatabaseUnavailable`. */
export type ChangedRuns = (known: readonly Pick<Run, 'id' | 'version'>[]) => Promise<Run[]>;

/** Runs whose first problem is of this kind. */
export interface ProblemCount {
  readonly workflow: string;
  readonly kind: RunProblem['kind'];
  readonly runs: number;
}

/** The problems of open runs. The end of a run removes them. Throws `DatabaseUnavailable`. */
export interface ProblemRecords {
  /**
   * Replaces the problems of the open run that this workflow is. The id of a child can end with the id of its run too.
   * @returns the run, or `undefined` if nothing has changed or the workflow is no run
   */
  record(workflowId: string, problems: readonly RunProblem[]): Promise<Run | undefined>;
  /** Takes the runs with problems that were last checked before that time. Two processes never take the same run. */
  claim(limit: number, olderThanMs: number): Promise<Run[]>;
  /** Counts runs with problems, at most `limit` of them, most frequent first. */
  count(limit: number): Promise<ProblemCount[]>;
}

/** Runs that the reconciler checks. Throws `DatabaseUnavailable`. */
export interface OpenRuns {
  /** Takes the `running` runs whose check is most overdue. The older a run, the later its next check. */
  claimToCheck(limit: number): Promise<Run[]>;
  /**
   * Runs of these executions whose outcome is not recorded: open ones, and ended ones whose execution started after the end, after a
   * reset. Runs that were cancelled before they had started are not among them.
   */
  unrecorded(executions: readonly { readonly runId: string; readonly startedAt: Date }[]): Promise<Run[]>;
}
