import type { Client, WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure } from '@temporalio/common';

/** The activity's last start is near the end of the history. */
const eventsRead = 100;

/**
 * The attempt of the activity that made a workflow fail. Only the history has it, in the event of the activity's last start.
 * @returns `undefined` if no activity failed or the history cannot be read: the rest of the failure is reported without it
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
      maximumPageSize: eventsRead,
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
