import type { WorkflowDefinition } from '../workflows/define.js';
import type { Outcome, Started } from './run.js';
import type { RunHistory } from './run-history.js';
import type { RunProblem } from './run-problem.js';

/**
 * The engine that executes the workflows of runs, as far as runs use it; `platform/temporal/` implements it.
 *
 * Each call has a deadline. A workflow is addressed by its id, which means the latest execution with that id. Besides the errors
 * named, every method may throw `TemporalUnavailable`, `TemporalUnauthorized`, `NamespaceNotFound` and `TemporalRefused`.
 */
export interface WorkflowEngine {
  /**
   * Starts a workflow. Safe to repeat: an id starts one workflow ever, even after that workflow has closed.
   * @returns the id of the first execution, or `undefined` if the id was used before
   */
  start(definition: WorkflowDefinition, run: WorkflowStart): Promise<string | undefined>;
  /** @returns `undefined` if the engine does not know the workflow, or no longer does */
  describe(workflowId: string): Promise<Execution | undefined>;
  /**
   * Waits until the workflow closes, `waitMs` (milliseconds) have passed or `signal` aborts. Safe to repeat.
   * @returns the outcome, or `undefined` if the wait ended first
   */
  result(workflowId: string, waitMs: number, signal?: AbortSignal): Promise<Outcome | undefined>;
  /** The steps of the workflow so far. @returns `undefined` if the engine does not know the workflow, or no longer does */
  history(workflowId: string): Promise<RunHistory | undefined>;
  /** @throws {RunEnded} */
  signal(workflowId: string, signal: string, input: unknown): Promise<void>;
  /** @throws {MessageNotFound | QueryFailed | WorkflowTaskFailing | WorkerUnavailable | RunEnded} */
  query(workflowId: string, query: string): Promise<unknown>;
  /**
   * Sends an update and waits for its result. Safe to repeat with an `updateId`: the result of the first one is returned.
   * @throws {UpdateRejected | UpdateUnconfirmed | WorkflowTaskFailing | RunEnded}
   */
  update(workflowId: string, update: string, input: unknown, updateId?: string): Promise<unknown>;
  /** Requests cancellation. Changes nothing if the workflow has closed. @throws {RunEnded} the engine no longer knows the workflow */
  cancel(workflowId: string): Promise<void>;
  /** Ends the workflow without its cooperation. @throws {RunEnded} */
  terminate(workflowId: string, reason?: string): Promise<void>;
  /**
   * Those of these workflows that are running, in one call. The list lags behind by up to a few seconds, in both directions.
   * @param workflowIds - at most `listSize`
   */
  listRunning(workflowIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Executions of these workflow types that were terminated or timed out since then; no worker sees these ends. The list lags behind
   * by up to a few seconds.
   * @param page - `next` of the page before. @default - the first page
   */
  endedFromOutside(workflows: readonly string[], since: Date, page?: ListPage['next']): Promise<ListPage>;
}

/** Workflows in one list. A larger list blocks the process for too long while it is decoded. */
export const listSize = 200;

export interface ListPage {
  readonly ended: readonly ClosedExecution[];
  /** Token of the next page; `undefined` after the last one. */
  readonly next: Uint8Array | undefined;
}

export interface WorkflowStart {
  readonly workflowId: string;
  readonly input: unknown;
}

/** The latest execution of a workflow. `temporalRunId` is the id of the first execution in its chain (continue-as-new, reset). */
export interface Execution extends Started {
  readonly open: boolean;
  readonly closedAt: Date | undefined;
  /** Why it makes no progress; empty if it does or has closed. */
  readonly problems: readonly RunProblem[];
}

export interface ClosedExecution {
  readonly workflowId: string;
  readonly startedAt: Date;
}
