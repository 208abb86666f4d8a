import type { Caller } from './caller.js';
import type { Run, RunFilter } from './run.js';
import type { RunHistory } from './run-history.js';

/**
 * Operations on runs. A run of another caller is `RunNotFound`, except for callers that see all. Names and inputs are validated here,
 * against the catalogue. A change is in the audit log before it is made. Besides the errors named, every method may throw
 * `DatabaseUnavailable` and, if it calls Temporal, `TemporalUnavailable`, `NamespaceNotFound` and `TemporalUnauthorized`.
 */
export interface Runs {
  /**
   * Accepts a run. When this resolves, the run is recorded and its workflow will start even if this process dies. Does not wait for
   * Temporal. Safe to repeat with a key: the same run is returned, as it is now.
   * @param start - how long the run stays `pending` before it starts; default: it starts at once
   * @throws {WorkflowNotFound | InputInvalid | IdempotencyKeyReused | BacklogFull}
   */
  start(
    caller: Caller,
    workflow: string,
    input: unknown,
    idempotencyKey?: string,
    start?: RequestedStart,
  ): Promise<Run>;
  /**
   * Accepts a run as `start` does, and waits until it ends or the wait is over.
   * @returns the run as it is then: final, `running`, or `pending` while Temporal is away
   * @throws {WorkflowNotFound | InputInvalid | IdempotencyKeyReused | BacklogFull}
   */
  execute(caller: Caller, workflow: string, input: unknown, wait: Wait, idempotencyKey?: string): Promise<Run>;
  /** The run as recorded, without a call to Temporal. An end is recorded within about a second. @throws {RunNotFound} */
  get(caller: Caller, id: string): Promise<Run>;
  /** Newest first. @returns `next`: the cursor of the next page, absent on the last one */
  list(
    caller: Caller,
    page: { limit: number; cursor?: string | undefined } & RunFilter,
  ): Promise<{ runs: Run[]; next?: string }>;
  /** The steps of the run so far; none while it is `pending`. @throws {RunNotFound | HistoryNotFound} */
  history(caller: Caller, id: string): Promise<RunHistory>;
  /**
   * Requests cancellation of the workflow; a `pending` run ends at once and never starts. Safe to repeat.
   * @throws {RunNotFound | RunEnded}
   * @throws {RunPending} a start in flight did not end in time
   */
  cancel(caller: Caller, id: string): Promise<Run>;
  /** Ends the workflow without its cooperation. Safe to repeat. @throws {RunNotFound | RunEnded | RunPending} */
  terminate(caller: Caller, id: string, reason?: string): Promise<Run>;
  /** @throws {RunNotFound | MessageNotFound | InputInvalid | RunPending | RunEnded} */
  signal(caller: Caller, id: string, signal: string, input: unknown): Promise<void>;
  /** @throws {RunNotFound | MessageNotFound | RunPending | QueryFailed | WorkflowTaskFailing | WorkerUnavailable} */
  query(caller: Caller, id: string, query: string): Promise<unknown>;
  /**
   * Sends an update and returns its result. Safe to repeat with a key: the first result is returned, even after the run has ended.
   * @throws {RunNotFound | MessageNotFound | InputInvalid | UpdateRejected | UpdateUnconfirmed | RunPending | RunEnded | IdempotencyKeyReused}
   * @throws {WorkflowTaskFailing} the update was not sent
   */
  update(caller: Caller, id: string, update: string, input: unknown, idempotencyKey?: string): Promise<unknown>;
}

/** When a run starts. */
export type RequestedStart = { readonly at: Date } | { readonly afterMs: number };

/** Limits of a wait. */
export interface Wait {
  /** Milliseconds, 0 to 60 000. */
  readonly ms: number;
  /** Ends the wait before that. */
  readonly signal?: AbortSignal | undefined;
}
