import type { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { UpdateRejected, UpdateUnconfirmed } from '../errors/runs.js';

/** Temporal's own type of failure for an update whose workflow has closed while the update was running. */
const endedMeanwhile = 'AcceptedUpdateCompletedWorkflow';

/**
 * Tells an update that the workflow rejected from one whose run ended before it was done.
 * @param isEnding - whether the run has ended, or was asked to
 */
export async function explainUpdate(
  error: WorkflowUpdateFailedError,
  isEnding: () => Promise<boolean>,
): Promise<UpdateRejected | UpdateUnconfirmed> {
  const { cause } = error;
  const isEnded = cause instanceof ApplicationFailure && cause.type === endedMeanwhile;
  // A run that is cancelled cancels what its updates wait for: a timer, or an activity or child workflow around the cancellation.
  const isCancelled = [cause, cause?.cause].some((failure) => failure instanceof CancelledFailure);
  if (isEnded || (isCancelled && (await isEnding()))) {
    return new UpdateUnconfirmed('The run ended while the update was running; parts of it may have taken effect', {
      cause: error,
    });
  }
  return new UpdateRejected(cause?.message ?? error.message, { cause: error });
}
