import { type Client, isGrpcCancelledError, isGrpcDeadlineError, WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure } from '@temporalio/common';
import type { Outcome } from '../runs/run.js';
import type { TemporalClient } from './connection.js';
import { translateTemporalError } from './errors.js';
import { outcomeOfFailure } from './outcome.js';

/**
 * Waits until the workflow closes, `waitMs` (milliseconds) have passed or `signal` aborts.
 * @returns `undefined` if the wait ended first
 */
export function waitForOutcome(
  client: TemporalClient,
  workflowId: string,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<Outcome | undefined> {
  return waitAtMost(waitMs, signal, (ended) =>
    // The deadline ends the SDK's own loop, which ignores the signal between two calls.
    client.connection.withDeadline(Date.now() + waitMs, () =>
      client.connection.withAbortSignal(ended, () => outcomeOf(client, workflowId)),
    ),
  );
}

async function outcomeOf(client: Client, workflowId: string): Promise<Outcome | undefined> {
  try {
    return { status: 'completed', result: (await client.workflow.getHandle(workflowId).result()) ?? null };
  } catch (error) {
    if (error instanceof WorkflowFailedError) {
      return outcomeOfFailure(error, await attemptOf(client, workflowId, error));
    }
    if (isGrpcCancelledError(error) || isGrpcDeadlineError(error)) return undefined;
    throw translateTemporalError(error);
  }
}

/** Aborts `run` after `waitMs` or when `signal` aborts, and then does not wait for it. */
async function waitAtMost<T>(
  waitMs: number,
  signal: AbortSignal | undefined,
  run: (ended: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  if (signal?.aborted) return undefined;
  const wait = new AbortController();
  // By default, the reason is an error with a stack, for each call.
  const end = () => wait.abort('the wait has ended');
  const timer = setTimeout(end, waitMs);
  signal?.addEventListener('abort', end, { once: true, signal: wait.signal });
  const ended = new Promise<undefined>((resolve) => {
    wait.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([run(wait.signal), ended]);
  } finally {
    clearTimeout(timer);
    end();
  }
}

/** The activity's last start is near the end of the history. */
const eventsRead = 100;

/**
 * The attempt of the activity that made a workflow fail. Only the history has it, in the event of the activity's last start.
 * @returns `undefined` if no activity failed or the history cannot be read: the rest of the failure is reported without it
 */
async function attemptOf(
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
