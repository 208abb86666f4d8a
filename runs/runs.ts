import type { Run } from './run.js';

/**
 * What the API does with runs. Names and inputs are checked against the catalogue here, so callers pass on what they got.
 * Besides the errors named, every method may throw `DatabaseUnavailable` and, where Temporal is asked, `TemporalUnavailable`,
 * `NamespaceNotFound` and `TemporalUnauthorized`.
 */
export interface Runs {
  /**
   * Records a run and starts its workflow. Returns when Temporal has it.
   * @throws {WorkflowNotFound | InputInvalid | TemporalRefused}
   */
  start(workflow: string, input: unknown): Promise<Run>;
  /**
   * The same, then waits until the run has ended, `waitMs` have passed (milliseconds, 0 to 60 000) or `signal` aborts, whichever
   * is first.
   * @returns the run as it is then: final, or still `running`
   * @throws {WorkflowNotFound | InputInvalid | TemporalRefused}
   */
  execute(workflow: string, input: unknown, waitMs: number, signal?: AbortSignal): Promise<Run>;
  /** The run as Temporal knows it now, or as it was recorded last while Temporal cannot be asked. @throws {RunNotFound} */
  get(id: string): Promise<Run>;
  /** Newest first, each as `get` gives it. `next` is the cursor of the following page, absent on the last. */
  list(page: { limit: number; cursor?: string }): Promise<{ runs: Run[]; next?: string }>;
  /** Asks the workflow to end; one that is `pending` ends at once. Repeating it changes nothing. @throws {RunNotFound | RunEnded} */
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
