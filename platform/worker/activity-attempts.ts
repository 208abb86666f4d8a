import { CompleteAsyncError, type Info } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { DomainError } from '../errors/domain-error.js';
import { runIdOf } from '../runs/workflow-id.js';
import { ownRunOf, type TaskFailuresDeps } from './task-failures.js';

/** Logs and reports the attempts of an activity in this worker that fail, and a success after them. */
export const attemptReports =
  ({ logger, onAttempt }: TaskFailuresDeps) =>
  (info: Info): ActivityInboundCallsInterceptor => {
    const { attempt, activityType: activity, workflowType: workflow = '', workflowExecution } = info;
    const workflowId = workflowExecution?.workflowId ?? '';
    const report = (fails: boolean) => {
      if (ownRunOf(workflow, workflowId) !== undefined) onAttempt({ workflowId, fails });
    };
    return {
      async execute(input, next) {
        // An attempt that timed out or died with its worker reports nothing itself.
        if (isPowerOfTwo(attempt)) report(true);
        try {
          const result = await next(input);
          if (attempt > 1) report(false);
          return result;
        } catch (err) {
          if (err instanceof CancelledFailure || err instanceof CompleteAsyncError) throw err;
          const retryInMs = retryDelayMs(info, err);
          logger.warn(
            { workflow, runId: runIdOf(workflowId), workflowId, activity, attempt, retryInMs, err: thrownBy(err) },
            retryInMs === undefined ? 'Activity failed; it is not retried' : 'Activity failed; Temporal retries it',
          );
          if (retryInMs === undefined) report(false);
          else if (attempt === 1) report(true);
          throw err;
        }
      },
    };
  };

/** What the activity threw: with its code, and one stack. */
const thrownBy = (error: unknown): unknown =>
  error instanceof ApplicationFailure && error.cause instanceof DomainError ? error.cause : error;

/** Later attempts are left to the API, which keeps the recorded problems current. */
const isPowerOfTwo = (attempt: number): boolean => attempt > 1 && Number.isInteger(Math.log2(attempt));

/** Temporal's defaults. */
const firstIntervalMs = 1_000;
const largestFactor = 100;

/** Time until the next attempt, in milliseconds, unless a timeout ends the activity first; `undefined` if there is none. */
function retryDelayMs({ attempt, retryPolicy = {} }: Info, error: unknown): number | undefined {
  const {
    initialInterval,
    backoffCoefficient = 2,
    maximumInterval,
    maximumAttempts,
    nonRetryableErrorTypes,
  } = retryPolicy;
  if (maximumAttempts && attempt >= maximumAttempts) return undefined;
  if (error instanceof ApplicationFailure) {
    if (error.nonRetryable || nonRetryableErrorTypes?.includes(error.type ?? '')) return undefined;
    if (error.nextRetryDelay !== undefined && error.nextRetryDelay !== null) return msToNumber(error.nextRetryDelay);
  }
  const firstMs = initialInterval === undefined ? firstIntervalMs : msToNumber(initialInterval);
  const largestMs = maximumInterval === undefined ? firstMs * largestFactor : msToNumber(maximumInterval);
  return Math.round(Math.min(largestMs, firstMs * backoffCoefficient ** (attempt - 1)));
}
