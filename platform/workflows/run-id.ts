import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { runIdOf } from '../runs/workflow-id.js';

/**
 * The id of this workflow's run. It stays the same when the workflow continues as new or is reset, so it can be the key of effects.
 * The workflow id consists of the workflow's name and the run's id.
 * @throws {ApplicationFailure} non-retryable: the workflow was started by hand, and its id does not end with a UUID
 */
export function currentRunId(): string {
  const { workflowId } = workflowInfo();
  const runId = runIdOf(workflowId);
  if (runId === undefined) {
    throw ApplicationFailure.nonRetryable(
      `The workflow id ${workflowId} does not end with the UUID of a run`,
      'input-invalid',
    );
  }
  return runId;
}
