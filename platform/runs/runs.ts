import type { Caller } from './caller.js';
import type { Run, RunFilter } from './run.js';
import type { RunHistory } from './run-history.js';

/**
 * What the API does with runs, for whoever calls: another caller's run is `RunNotFound` to who does not see all. Names and inputs are
 * checked against the catalogue here, so routes pass on what they got. What changes something is in the audit log before it is done.
 * Besides the errors named, every method may throw `DatabaseUnavailable` and, where Temporal is asked, `TemporalUnavailable`,
 * `NamespaceNotFound` and `TemporalUnauthorized`.
 */
export interface Runs {
  /**
   * Accepts a run: when this returns it is recorded, and its workflow will be started, whatever dies. Does not wait for Temporal.
   * With a key that was given before, the run of then is returned as it is now.
   * @throws {WorkflowNotFound | InputInvalid | IdempotencyKeyReused | BacklogFull}
   */
  start(caller: Caller, workflow: string, input: unknown, idempotencyKey?: string): Promise<Run>;
  /**
   * The same, then waits until the run has ended, or `wait` is over.
   * @returns the run as it is then: final, `running`, or `pending` while Temporal is away
   * @throws {WorkflowNotFound | InputInvalid | IdempotencyKeyReused | BacklogFull}
   */
  execute(caller: Caller, workflow: string, input: unknown, wait: Wait, idempotencyKey?: string): Promise<Run>;
  /** The run as it is recorded: its end is, within a second or so after it came. Temporal is not asked. @throws {RunNotFound} */
  get(caller: Caller, id: string): Promise<Run>;
  /** Newest first, each as `get` gives it. `next` is the cursor of the following page, absent on the last. */
  list(
    caller: Caller,
    page: { limit: number; cursor?: string | undefined } & RunFilter,
  ): Promise<{ runs: Run[]; next?: string }>;
  /** What the run has done so far; nothing while it is `pending`. @throws {RunNotFound | HistoryNotFound} */
  history(caller: Caller, id: string): Promise<RunHistory>;
  /**
   * Asks the workflow to end; one that is `pending` ends at once and never starts. Repeating it changes nothing.
   * @throws {RunNotFound | RunEnded}
   * @throws {RunPending} it is being started, and that takes long
   */
  cancel(caller: Caller, id: string): Promise<Run>;
  /** Ends the workflow without asking it. @throws {RunNotFound | RunEnded | RunPending} */
  terminate(caller: Caller, id: string, reason?: string): Promise<Run>;
  /** @throws {RunNotFound | MessageNotFound | InputInvalid | RunPending | RunEnded} */
  signal(caller: Caller, id: string, signal: string, input: unknown): Promise<void>;
  /** @throws {RunNotFound | MessageNotFound | RunPending | QueryFailed | WorkerUnavailable} */
  query(caller: Caller, id: string, query: string): Promise<unknown>;
  /**
   * Sends an update and returns its result. With a key that was given before, the result of then; so also when the run has ended since.
   * @throws {RunNotFound | MessageNotFound | InputInvalid | UpdateRejected | UpdateUnconfirmed | RunPending | RunEnded | IdempotencyKeyReused}
   */
  update(caller: Caller, id: string, update: string, input: unknown, idempotencyKey?: string): Promise<unknown>;
}

/** How long an answer may wait. */
export interface Wait {
  /** Milliseconds, 0 to 60 000. */
  readonly ms: number;
  /** Ends the wait before that. */
  readonly signal?: AbortSignal | undefined;
}
