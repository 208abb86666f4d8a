import { PlatformError } from './platform-error.js';

/** The catalogue has no workflow of this name. */
export class WorkflowNotFound extends PlatformError {
  readonly code = 'workflow-not-found';
  constructor(readonly workflow: string) {
    super(`No workflow has the name ${JSON.stringify(workflow)}`);
  }
}

/** No workflow of this name has a schedule. */
export class ScheduleNotFound extends PlatformError {
  readonly code = 'schedule-not-found';
  constructor(schedule: string) {
    super(`No workflow with a schedule has the name ${JSON.stringify(schedule)}`);
  }
}

/** No run has this id. */
export class RunNotFound extends PlatformError {
  readonly code = 'run-not-found';
  constructor(readonly runId: string) {
    super(`No run has id ${runId}`);
  }
}

/** Temporal no longer has the history of the run. The record of the run remains. */
export class HistoryNotFound extends PlatformError {
  readonly code = 'history-not-found';
  constructor(readonly runId: string) {
    super(`Temporal no longer has the history of run ${runId}`);
  }
}

/** The limit of open event streams is reached. */
export class StreamsFull extends PlatformError {
  readonly code = 'streams-full';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 5;
  constructor(limit: number) {
    super(`The limit of ${limit} event streams is reached (API_EVENT_STREAMS)`);
  }
}

/** The workflow of the run has no signal, query or update with this name. */
export class MessageNotFound extends PlatformError {
  readonly code = 'message-not-found';
  constructor(workflow: string, kind: 'signal' | 'query' | 'update', message: string) {
    super(`${workflow} has no ${kind} ${JSON.stringify(message)}`);
  }
}

/** A validation error: a JSON pointer into the input, and the expectation that the value does not meet. */
export interface InputFault {
  readonly pointer: string;
  readonly detail: string;
}

/** The input does not match its schema. Lists every fault. */
export class InputInvalid extends PlatformError {
  readonly code = 'input-invalid';
  constructor(
    what: string,
    readonly faults: readonly InputFault[],
  ) {
    super(`${what} is invalid: ${faults.map((fault) => `${fault.pointer || '/'} ${fault.detail}`).join('; ')}`);
  }
}

/** The `Idempotency-Key` is malformed. */
export class IdempotencyKeyInvalid extends PlatformError {
  readonly code = 'idempotency-key-invalid';
}

/** The key was used for a different request: another workflow or another input. */
export class IdempotencyKeyReused extends PlatformError {
  readonly code = 'idempotency-key-reused';
  constructor(key: string) {
    super(`The key ${JSON.stringify(key)} was used for a different request`);
  }
}

/** The limit of pending runs is reached. */
export class BacklogFull extends PlatformError {
  readonly code = 'backlog-full';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 5;
  constructor(limit: number) {
    super(`At least ${limit} runs are waiting to start (RUNS_BACKLOG_LIMIT)`);
  }
}

/** The workflow's validator rejected the update, or its handler failed. */
export class UpdateRejected extends PlatformError {
  readonly code = 'update-rejected';
}

/**
 * The update got no answer in time, or the workflow ended first. The workflow may have processed it. With an idempotency key, sending it
 * again is safe; without one, query the workflow first.
 */
export class UpdateUnconfirmed extends PlatformError {
  readonly code = 'update-unconfirmed';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 2;
}

/** The code of the workflow throws an error, so that its workflow task fails. The run continues when the code is fixed. */
export class WorkflowTaskFailing extends PlatformError {
  readonly code = 'workflow-task-failing';
  override readonly permanent = false;
  // Temporal repeats a failing task after 10 s or more.
  override readonly retryAfterSeconds = 10;
  /** @param reason - message of the workflow's error */
  constructor(reason: string, options?: ErrorOptions) {
    super(`The workflow code fails, and Temporal retries it until it is fixed: ${reason}`, options);
  }
}

/** The query handler of the workflow threw an error. */
export class QueryFailed extends PlatformError {
  readonly code = 'query-failed';
}

/** The run has not started yet, so it cannot receive messages. */
export class RunPending extends PlatformError {
  readonly code = 'run-pending';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 1;
  constructor(runId: string) {
    super(`Run ${runId} has not started yet`);
  }
}

/** The run has ended, so it cannot receive messages. */
export class RunEnded extends PlatformError {
  readonly code = 'run-ended';
  constructor(runId: string, options?: ErrorOptions) {
    super(`Run ${runId} has ended`, options);
  }
}
