import { DomainError } from './domain-error.js';

/** The catalogue has no workflow of this name. */
export class WorkflowNotFound extends DomainError {
  readonly code = 'workflow-not-found';
  constructor(readonly workflow: string) {
    super(`No workflow is called ${JSON.stringify(workflow)}`);
  }
}

/** No run has this id. */
export class RunNotFound extends DomainError {
  readonly code = 'run-not-found';
  constructor(readonly runId: string) {
    super(`No run has the id ${runId}`);
  }
}

/** Temporal no longer has the history of the run; what was recorded of it is all that is left. */
export class HistoryNotFound extends DomainError {
  readonly code = 'history-not-found';
  constructor(readonly runId: string) {
    super(`The history of run ${runId} is kept no longer`);
  }
}

/** As many event streams as may be open are open already. */
export class StreamsFull extends DomainError {
  readonly code = 'streams-full';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 5;
  constructor(limit: number) {
    super(`${limit} event streams are open (API_EVENT_STREAMS)`);
  }
}

/** The workflow of the run has no signal, query or update of this name. */
export class MessageNotFound extends DomainError {
  readonly code = 'message-not-found';
  constructor(workflow: string, kind: 'signal' | 'query' | 'update', message: string) {
    super(`${workflow} has no ${kind} called ${JSON.stringify(message)}`);
  }
}

/** One thing that is wrong with an input: where (JSON pointer into it) and what was expected there. */
export interface InputFault {
  readonly pointer: string;
  readonly detail: string;
}

/** An input that its schema refuses, with every fault. */
export class InputInvalid extends DomainError {
  readonly code = 'input-invalid';
  constructor(
    what: string,
    readonly faults: readonly InputFault[],
  ) {
    super(`${what} is not valid: ${faults.map((fault) => `${fault.pointer || '/'} ${fault.detail}`).join('; ')}`);
  }
}

/** The key that makes a repeated request the same request cannot be read. */
export class IdempotencyKeyInvalid extends DomainError {
  readonly code = 'idempotency-key-invalid';
}

/** The key belongs to another request: another workflow, or another input. */
export class IdempotencyKeyReused extends DomainError {
  readonly code = 'idempotency-key-reused';
  constructor(key: string) {
    super(`The key ${JSON.stringify(key)} belongs to a request that asked for something else`);
  }
}

/** As many runs as may wait for their start are waiting already. */
export class BacklogFull extends DomainError {
  readonly code = 'backlog-full';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 5;
  constructor(limit: number) {
    super(`${limit} runs or more wait for their start (RUNS_BACKLOG_LIMIT)`);
  }
}

/** The workflow's validator rejected the update, or its handler failed. */
export class UpdateRejected extends DomainError {
  readonly code = 'update-rejected';
}

/**
 * An update got no answer: it did not come in time, or the workflow ended first. Whether the workflow has acted on it is not known.
 * With an idempotency key it is safe to send again; without one, ask the workflow first.
 */
export class UpdateUnconfirmed extends DomainError {
  readonly code = 'update-unconfirmed';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 2;
}

/** The workflow's handler of a query threw. */
export class QueryFailed extends DomainError {
  readonly code = 'query-failed';
}

/** The run has not been started yet, so nothing can be sent to it. */
export class RunPending extends DomainError {
  readonly code = 'run-pending';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 1;
  constructor(runId: string) {
    super(`Run ${runId} has not started yet`);
  }
}

/** The run has ended, so nothing can be sent to it any more. */
export class RunEnded extends DomainError {
  readonly code = 'run-ended';
  constructor(runId: string, options?: ErrorOptions) {
    super(`Run ${runId} has ended`, options);
  }
}
