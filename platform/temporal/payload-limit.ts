import { ApplicationFailure } from '@temporalio/common';

/**
 * Maximum size of a value, in bytes: the default `limit.blobSize.error` of the server and of Temporal Cloud, minus the envelope around
 * one value.
 */
export const payloadLimitBytes = 2 * 1024 * 1024 - 1024;

/** Type of the failure, and code of a run that fails with it. */
export const payloadTooLarge = 'payload-too-large';

/** Non-retryable: a retry of the activity would fail too, and a workflow that does not catch it fails with this code. */
export const tooLarge = (bytes: number): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `A value of ${bytes} bytes exceeds Temporal's limit of ${payloadLimitBytes}: store it elsewhere and pass a reference`,
    payloadTooLarge,
  );
