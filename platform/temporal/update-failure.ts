import type { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { UpdateRejected, UpdateUnconfirmed } from '../errors/runs.js';

/** Temporal's failure type for an update whose workflow closed while the update was running. */
const runEndedFirst = 'AcceptedUpdateCompletedWorkflow';

/**
 * Distinguishes an update that the workflow rejected from one whose run ended first.
 * @param isEnding - whether the run has ended, or its cancellation was requested
 */
export async function explainUpdate(
  error: WorkflowUpdateFailedError,
  isEnding: () => Promise<boolean>,
): Promise<UpdateRejected | UpdateUnconfirmed> {
  const { cause } = error;
  const isEnded = cause instanceof ApplicationFailure && cause.type === runEndedFirst;
  // Cancellation of a run cancels what its updates wait for: a timer, or an activity or child workflow, whose failure wraps it.
  const isCancelled = [cause, cause?.cause].some((failure) => failure instanceof CancelledFailure);
  if (isEnded || (isCancelled && (await isEnding()))) {
    return new UpdateUnconfirmed('The run ended while the update was running; parts of it may have taken effect', {
      cause: error,
    });
  }
  return new UpdateRejected(cause?.message ?? error.message, { cause: error });
}
