import type { WorkflowFailedError } from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  DefaultFailureConverter,
  type PayloadConverter,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import type { Outcome, RunFailure } from '../runs/run.js';
import type { RunStep } from '../runs/run-history.js';

/**
 * The outcome of a workflow that did not complete, from the failure that Temporal reports.
 * @param attempt - attempt of the activity that failed, if any; the failure does not contain it
 */
export function outcomeOfFailure({ cause, message }: WorkflowFailedError, attempt?: number): Outcome {
  if (cause instanceof CancelledFailure) {
    return { status: 'cancelled', failure: { code: 'run-cancelled', message: 'The run was cancelled' } };
  }
  if (cause instanceof TerminatedFailure) {
    const reason = explained.get(cause.message) ?? (cause.message || wasTerminated);
    return { status: 'terminated', failure: { code: 'run-terminated', message: reason } };
  }
  if (cause instanceof TimeoutFailure) {
    const failure = { code: 'run-timed-out', message: 'The run did not end within its execution timeout' };
    return { status: 'timed-out', failure };
  }
  return { status: 'failed', failure: cause ? failureOf(cause, attempt) : { code: 'run-failed', message } };
}

const wasTerminated = 'The run was terminated';

/** The server's own reasons for a termination. */
const explained: ReadonlyMap<string, string> = new Map([
  // No reason was given.
  ['terminated by user via frontend', wasTerminated],
  [
    'GrpcMessageTooLarge',
    'The workflow sent more than 4 MB to Temporal in one workflow task, which is the limit: send less at a time, or store values elsewhere and pass references',
  ],
]);

/** Code and message of the innermost failure that has a type, and the activity around it. */
function failureOf(cause: Error, attempt?: number): RunFailure {
  let [code, message]: [string, string] = ['run-failed', cause.message];
  let activity: string | undefined;
  for (let current: unknown = cause; current instanceof Error; current = current.cause) {
    if (current instanceof ActivityFailure) activity = current.activityType;
    else if (current instanceof ApplicationFailure) [code, message] = [current.type || code, current.message];
    else if (current instanceof TimeoutFailure) [code, message] = ['activity-timed-out', current.message];
  }
  return { code, message, ...(activity !== undefined && { activity }), ...(attempt !== undefined && { attempt }) };
}

/** A failure as recorded in Temporal's events. */
export type RecordedFailure = Parameters<DefaultFailureConverter['failureToError']>[0];

/** The details of a failure are payloads, which a history does not contain. */
const unread: PayloadConverter = { toPayload: () => undefined as never, fromPayload: () => undefined as never };
const converter = new DefaultFailureConverter();

/** The failure of a step, with the same code that a run would have. Empty if there is no failure. */
export function stepFailureOf(failure: RecordedFailure | null | undefined): Partial<Pick<RunStep, 'failure'>> {
  if (!failure) return {};
  const { code, message } = failureOf(converter.failureToError(failure, unread));
  return { failure: { code, message } };
}
