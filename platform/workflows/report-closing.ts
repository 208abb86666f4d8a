import {
  type ConcludeActivationInput,
  proxySinks,
  type Sinks,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';

/** What the worker hears from the sandbox in which workflows run. */
export interface ClosingSinks extends Sinks {
  closings: {
    /** The workflow asks Temporal to close it: it has completed, failed, or was cancelled. */
    note(): void;
  };
}

const { closings } = proxySinks<ClosingSinks>();

const closes = ({
  completeWorkflowExecution,
  failWorkflowExecution,
  cancelWorkflowExecution,
}: ConcludeActivationInput['commands'][number]): boolean =>
  Boolean(completeWorkflowExecution || failWorkflowExecution || cancelWorkflowExecution);

/**
 * Part of the bundle, for every workflow: tells the worker when one closes, so that its outcome is recorded soon. It adds nothing to
 * the history, so that it may change at any time.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  internals: [
    {
      concludeActivation(input, next) {
        const output = next(input);
        if (output.commands.some(closes)) closings.note();
        return output;
      },
    },
  ],
});
