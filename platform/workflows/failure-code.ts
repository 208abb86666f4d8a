import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';

/**
 * The code of a failed activity or child, for workflow code that catches it: that of the `DomainError` which the activity threw, or the `type` of
 * the `ApplicationFailure`. Undefined for other failures, such as cancellations and timeouts: rethrow them.
 */
export function failureCode(error: unknown): string | undefined {
  let current = error;
  while (current instanceof ActivityFailure || current instanceof ChildWorkflowFailure) current = current.cause;
  return current instanceof ApplicationFailure ? current.type || undefined : undefined;
}
