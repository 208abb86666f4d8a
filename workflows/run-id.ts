import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';

const uuidAtEnd = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Id of the run that this workflow belongs to. It stays the same when the workflow continues as new or is reset, which is why
 * effects are keyed by it. The API makes the workflow's id of the workflow's name and the run's id.
 * @throws {ApplicationFailure} non-retryable: the workflow was started by hand under an id that does not end with a UUID
 */
export function currentRunId(): string {
  const { workflowId } = workflowInfo();
  const match = uuidAtEnd.exec(workflowId);
  if (!match) {
    throw ApplicationFailure.nonRetryable(
      `The workflow id ${workflowId} does not end with the UUID of a run`,
      'input-invalid',
    );
  }
  return match[0];
}
