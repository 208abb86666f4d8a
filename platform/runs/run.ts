import type { ErrorCode } from '../errors/codes.js';
import type { Caller } from './caller.js';

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
export type RunFailure = {
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  /** Activity that failed, if one did, and on which attempt. */
  readonly activity?: string;
  readonly attempt?: number;
};

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
  /** Name of the caller whose run it is. */
  readonly caller: string;
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
  | ({ readonly to: 'running' } & Started)
  | { readonly to: 'completed'; readonly result: unknown; readonly endedAt: Date; readonly started?: Started }
  | {
      readonly to: Exclude<FinalStatus, 'completed'>;
      readonly failure: RunFailure;
      readonly endedAt: Date;
      /** When and as what it began, where that may not have been recorded yet. */
      readonly started?: Started;
    };

export interface Started {
  readonly temporalRunId: string;
  readonly startedAt: Date;
}

/** A run that is to be accepted. */
export interface NewRun {
  readonly caller: Caller;
  readonly workflow: string;
  readonly input: unknown;
  /** What makes a repeated request the same request. Two callers may use the same one. */
  readonly idempotencyKey?: string | undefined;
  /** Whether this process is going to start it right away; else the next one that looks at the backlog does. */
  readonly leased: boolean;
}

/** A request to a run that there is already. */
export interface KeyedRequest {
  /** Name of the caller. */
  readonly caller: string;
  readonly key: string;
  readonly runId: string;
  /** What is asked for, as JSON. */
  readonly content: readonly unknown[];
}

/** `repeated`: the run is the one that an earlier request with the same key and the same content was given. */
export interface Accepted {
  readonly run: Run;
  readonly repeated: boolean;
}

/** Only runs of which all of this holds. */
export interface RunFilter {
  readonly caller?: string | undefined;
  readonly workflow?: string | undefined;
  /** One of these. */
  readonly status?: readonly RunStatus[] | undefined;
  /** Accepted at this time or later. */
  readonly createdFrom?: Date | undefined;
  readonly createdBefore?: Date | undefined;
}

/** The record of runs. Plain objects in and out; the database behind it stays behind it. Throws `DatabaseUnavailable`. */
export interface RunsRepository {
  /**
   * Writes a run as `pending`, with a new id and the workflow id `<workflow>-<id>`, together with its key and its entry in the audit
   * log, or finds the run that the key has brought already. It is committed when this returns.
   * @throws {IdempotencyKeyReused} the key has brought a run of another workflow or another input
   */
  accept(run: NewRun): Promise<Accepted>;
  /**
   * The run that this request was given before, if it was.
   * @throws {IdempotencyKeyReused}
   */
  findAccepted(request: Omit<NewRun, 'leased'> & { idempotencyKey: string }): Promise<Run | undefined>;
  /**
   * Remembers a request to a run by its key, as long as those of accepted runs.
   * @returns whether it is new; `false` when the same request was sent before
   * @throws {IdempotencyKeyReused} the key belongs to another request
   */
  rememberRequest(request: KeyedRequest): Promise<boolean>;
  /** Forgets it again, because it was refused. */
  forgetRequest(request: KeyedRequest): Promise<void>;
  find(id: string): Promise<Run | undefined>;
  /** Newest first. `before`: only runs older than the one with this id. */
  list(page: { limit: number; before?: string | undefined }, filter?: RunFilter): Promise<Run[]>;
  /**
   * Changes the status if the allowed order permits it from where the run is now; one statement, safe against racing writers.
   * @returns the changed run, or `undefined` when the run is not in a state that allows it (or does not exist)
   */
  transition(id: string, transition: Transition): Promise<Run | undefined>;
  /**
   * Ends a run as `cancelled` that nobody is starting: it is `pending`, and not leased or its lease has ended.
   * @returns `undefined` when it is not like that
   */
  cancelPending(id: string, failure: RunFailure): Promise<Run | undefined>;
  /**
   * Replaces the outcome of a run that had ended by that of an execution that began after that: somebody has reset it in Temporal.
   * @returns `undefined` when the run has not ended, or ended later than that
   */
  supersede(
    id: string,
    executionStartedAt: Date,
    ending: Exclude<Transition, { to: 'running' }>,
  ): Promise<Run | undefined>;
}

/** A run of the backlog that this process has the lease of. */
export interface LeasedRun {
  readonly run: Run;
  /** Attempts to start it that failed so far. */
  readonly attempts: number;
}

/** The runs that wait for their start. Throws `DatabaseUnavailable`. */
export interface Backlog {
  /**
   * Takes the oldest runs that are due and of a workflow that this process knows, those whose lease has ended included; two processes
   * never take the same one.
   */
  claimPending(limit: number): Promise<LeasedRun[]>;
  /** Gives up the lease of a run that could not be started; it is due again in `dueInMs`. */
  release(id: string, dueInMs: number): Promise<void>;
  /** How many there are; counts no further than `limit`. */
  countPending(limit: number): Promise<number>;
}

/** Of these runs, as they are now, those that have a later version than this. Throws `DatabaseUnavailable`. */
export type ChangedRuns = (known: readonly Pick<Run, 'id' | 'version'>[]) => Promise<Run[]>;

/** The runs that are held against Temporal from time to time. Throws `DatabaseUnavailable`. */
export interface OpenRuns {
  /** Takes the `running` runs whose look is most overdue; the next one comes the later, the older the run is. */
  claimToCheck(limit: number): Promise<Run[]>;
  /**
   * Of these executions' runs, those whose end is not recorded: open ones, and ended ones whose execution began after that end
   * (somebody has reset them).
   */
  unrecorded(executions: readonly { readonly runId: string; readonly startedAt: Date }[]): Promise<Run[]>;
}
