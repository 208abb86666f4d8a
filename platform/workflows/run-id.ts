import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { runIdOf } from '../runs/workflow-id.js';

/**
 * Id of the run that this workflow belongs to. It stays the same when the workflow continues as new or is reset, which is why
 * effects are keyed by it. The API makes the workflow's id of the workflow's name and the run's id.
 * @throws {ApplicationFailure} non-retryable: the workflow was started by hand under an id that does not end with a UUID
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
