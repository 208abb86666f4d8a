import type { Client, WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure } from '@temporalio/common';

/** Events at the end of a history among which an activity's last start is looked for. */
const eventsLookedAt = 100;

/**
 * On which attempt the activity failed that a workflow has failed of. It stands in the history only, in the event of the activity's
 * last start, which is near the end.
 * @returns `undefined` when no activity failed, or it cannot be told: what is known of the failure does not wait for it
 */
export async function attemptOf(
  { workflowService, options: { namespace } }: Client,
  workflowId: string,
  failure: WorkflowFailedError,
): Promise<number | undefined> {
  const eventId = startedEventOf(failure.cause);
  if (eventId === undefined) return undefined;
  try {
    const { history } = await workflowService.getWorkflowExecutionHistoryReverse({
      namespace,
      execution: { workflowId },
      maximumPageSize: eventsLookedAt,
    });
    const started = history?.events?.find((event) => event.eventId?.toString() === eventId);
    return started?.activityTaskStartedEventAttributes?.attempt ?? undefined;
  } catch {
    return undefined;
  }
}

function startedEventOf(cause: Error | undefined): string | undefined {
  for (let current: unknown = cause; current instanceof Error; current = current.cause) {
    if (!(current instanceof ActivityFailure)) continue;
    const id = current.failure?.activityFailureInfo?.startedEventId?.toString();
    return id === '0' ? undefined : id;
  }
  return undefined;
}
