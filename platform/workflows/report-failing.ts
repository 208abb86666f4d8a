import {
  ActivityFailure,
  ChildWorkflowFailure,
  ContinueAsNew,
  isCancellation,
  proxySinks,
  type Sinks,
  TemporalFailure,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';

/** An error as it leaves the sandbox. */
export interface ThrownError {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Calls from the workflow sandbox to the worker. */
export interface FailingSinks extends Sinks {
  failings: {
    /** The execution has begun in this worker, or is replayed by it. */
    begun(): void;
    /** The workflow fails with a failure of Temporal's. */
    runFails(error: ThrownError): void;
    /** Workflow code threw another error, so that the workflow task fails and is retried. */
    taskFails(error: ThrownError): void;
  };
}

const { failings } = proxySinks<FailingSinks>();

const thrown = (error: unknown): ThrownError => {
  const { name, message, stack, type } = Object(error) as { [key in 'name' | 'message' | 'stack' | 'type']?: string };
  return { type: type || name || 'Error', message: message ?? String(error), stack };
};

/** Temporal's failures of activities and children say only that these failed. */
function reasonOf(error: Error): Error {
  const isAround = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return isAround && error.cause ? reasonOf(error.cause) : error;
}

/** Reports the error of a promise and changes neither it nor the order of what follows, so that recorded histories replay. */
function reporting<T>(result: Promise<T>, ofRun = false): Promise<T> {
  result.catch((error: unknown) => {
    if (error instanceof ContinueAsNew || isCancellation(error)) return;
    if (!(error instanceof TemporalFailure)) failings.taskFails(thrown(error));
    else if (ofRun) failings.runFails(thrown(reasonOf(error)));
  });
  return result;
}

/** Reports to the worker when workflow code throws. Part of the bundle for every workflow. It adds nothing to the history. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      execute(input, next) {
        failings.begun();
        return reporting(next(input), true);
      },
      handleSignal: (input, next) => reporting(next(input)),
      handleUpdate: (input, next) => reporting(next(input)),
    },
  ],
});
