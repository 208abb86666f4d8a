import {
  type ConcludeActivationInput,
  proxySinks,
  type Sinks,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';

/** Calls from the workflow sandbox to the worker. */
export interface ClosingSinks extends Sinks {
  closings: {
    /** The workflow is about to close: it completed, failed or was cancelled. */
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
 * Reports to the worker when a workflow closes, so that its outcome is recorded soon. Part of the bundle for every workflow. It adds
 * nothing to the history, so it can change at any time.
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
