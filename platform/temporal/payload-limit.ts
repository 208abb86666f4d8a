import { ApplicationFailure } from '@temporalio/common';

/**
 * Largest value that goes to Temporal, in bytes: the server's default `limit.blobSize.error`, and Temporal Cloud's, less what the
 * envelope around one value takes.
 */
export const payloadLimitBytes = 2 * 1024 * 1024 - 1024;

/** The type of the failure, and so the code of a run that fails with it. */
export const payloadTooLarge = 'payload-too-large';

/** Permanent, so that no activity is retried for it and a workflow that does not catch it fails with this code. */
export const tooLarge = (bytes: number): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `A value of ${bytes} bytes is too large for Temporal, which takes up to ${payloadLimitBytes}: store it elsewhere and pass a reference`,
    payloadTooLarge,
  );
