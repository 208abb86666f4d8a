import { DefaultFailureConverter, type PayloadConverter } from '@temporalio/common';
import type { RunStep } from '../runs/run-history.js';
import { failureOf } from './outcome.js';

/** A failure as Temporal's events carry it. */
export type RecordedFailure = Parameters<DefaultFailureConverter['failureToError']>[0];

/** The details of a failure are payloads, which a history does not tell: they are left unread. */
const unread: PayloadConverter = { toPayload: () => undefined as never, fromPayload: () => undefined as never };
const converter = new DefaultFailureConverter();

/** What a step that failed is to say of it, with the code that the failure of a run would have; nothing when there is no failure. */
export function stepFailureOf(failure: RecordedFailure | null | undefined): Partial<Pick<RunStep, 'failure'>> {
  if (!failure) return {};
  const { code, message } = failureOf(converter.failureToError(failure, unread));
  return { failure: { code, message } };
}
