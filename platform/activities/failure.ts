import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { DomainError } from '../errors/domain-error.js';

/**
 * A domain error as Temporal carries it: its code is the failure's type, on which workflows branch, and a permanent one is not retried.
 * Everything else goes through as it is, and is retried.
 */
export function activityFailure(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  const failure = ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: error.permanent,
    cause: error,
  });
  // Leads to the activity instead of to this function.
  if (error.stack !== undefined) failure.stack = error.stack;
  return failure;
}

/** Applies `activityFailure` to all activities of a worker, so that none of them has to think of it. */
export const failureInterceptor: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      throw activityFailure(error);
    }
  },
};
