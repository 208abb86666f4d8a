import type { IdempotencyKey, Run } from './run.js';

/**
 * What the API does with runs. Names and inputs are checked against the catalogue here, so callers pass on what they got.
 * Besides the errors named, every method may throw `DatabaseUnavailable` and, where Temporal is asked, `TemporalUnavailable`,
 * `NamespaceNotFound` and `TemporalUnauthorized`.
 */
export interface Runs {
  /**
   * Accepts a run: when this returns it is recorded, and its workflow will be started, whatever dies. Does not wait for Temporal.
   * With a key that was given before, the run of then is returned as it is now.
   * @throws {WorkflowNotFound | InputInvalid | IdempotencyKeyReused | BacklogFull}
   */
  start(workflow: string, input: unknown, idempotency?: IdempotencyKey): Promise<Run>;
  /**
   * The same, then waits until the run has ended, or `wait` is over.
   * @returns the run as it is then: final, `running`, or `pending` while Temporal is away
   * @throws {WorkflowNotFound | InputInvalid | IdempotencyKeyReused | BacklogFull}
   */
  execute(workflow: string, input: unknown, wait: Wait, idempotency?: IdempotencyKey): Promise<Run>;
  /** The run as it is recorded: its end is, within a second or so after it came. Temporal is not asked. @throws {RunNotFound} */
  get(id: string): Promise<Run>;
  /** Newest first, each as `get` gives it. `next` is the cursor of the following page, absent on the last. */
  list(page: { limit: number; cursor?: string }): Promise<{ runs: Run[]; next?: string }>;
  /**
   * Asks the workflow to end; one that is `pending` ends at once and never starts. Repeating it changes nothing.
   * @throws {RunNotFound | RunEnded}
   * @throws {RunPending} it is being started, and that takes long
   */
  cancel(id: string): Promise<Run>;
  /** Ends the workflow without asking it. @throws {RunNotFound | RunEnded | RunPending} */
  terminate(id: string, reason?: string): Promise<Run>;
  /** @throws {RunNotFound | MessageNotFound | InputInvalid | RunPending | RunEnded} */
  signal(id: string, signal: string, input: unknown): Promise<void>;
  /** @throws {RunNotFound | MessageNotFound | RunPending | QueryFailed | WorkerUnavailable} */
  query(id: string, query: string): Promise<unknown>;
  /** Returns the update's result. @throws {RunNotFound | MessageNotFound | InputInvalid | UpdateRejected | UpdateUnconfirmed | RunPending | RunEnded} */
  update(id: string, update: string, input: unknown): Promise<unknown>;
}

/** How long an answer may wait. */
export interface Wait {
  /** Milliseconds, 0 to 60 000. */
  readonly ms: number;
  /** Ends the wait before that. */
  readonly signal?: AbortSignal | undefined;
}
