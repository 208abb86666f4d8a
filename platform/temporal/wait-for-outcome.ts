import {
  type Client,
  type Connection,
  isGrpcCancelledError,
  isGrpcDeadlineError,
  WorkflowFailedError,
} from '@temporalio/client';
import type { Outcome } from '../runs/run.js';
import { attemptOf } from './attempt.js';
import { translateTemporalError } from './errors.js';
import { outcomeOfFailure } from './outcome.js';

/**
 * Waits until the workflow closes, `waitMs` (milliseconds) have passed or `signal` aborts.
 * @returns `undefined` if the wait ended first
 */
export function waitForOutcome(
  client: Client & { readonly connection: Connection },
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
  const end = () => wait.abort();
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
