import { DefaultFailureConverter, type PayloadConverter } from '@temporalio/common';
import type { RunStep } from '../runs/run-history.js';
import { failureOf } from './outcome.js';

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
