/**
 * Converts errors to failures; part of the workflow bundle, of clients and of workers.
 * It bounds the failures of Temporal's own converter, so that each one fits into a message to Temporal and can be reported.
 */
import { DefaultFailureConverter, type FailureConverter, type PayloadConverter } from '@temporalio/common';
import { payloadTooLarge, tooLarge } from './payload-limit.js';

type Failure = ReturnType<FailureConverter['errorToFailure']>;
type Context = Parameters<FailureConverter['errorToFailure']>[2];

/** Together below 2 MB: 10 levels with 3 texts of up to 8192 characters, of at most 3 bytes each, and the details. */
const maxCauses = 10;
const maxTextLength = 8_192;
const maxDetailsBytes = 512 * 1024;

class BoundedFailureConverter extends DefaultFailureConverter {
  #depth = 0;
  #detailsBytes = 0;

  override errorToFailure(error: unknown, converter: PayloadConverter, context?: Context): Failure {
    // The base class calls this for each cause. Causes may form a circle.
    if (this.#depth === maxCauses) return { message: 'Further causes omitted', source: 'TypeScriptSDK' };
    if (this.#depth === 0) this.#detailsBytes = 0;
    this.#depth += 1;
    try {
      return bounded(super.errorToFailure(error, this.#boundedDetails(converter), context));
    } finally {
      this.#depth -= 1;
    }
  }

  /** Replaces details that do not fit with a text that says so. */
  #boundedDetails(converter: PayloadConverter): PayloadConverter {
    return {
      toPayload: (value, context, hint) => {
        try {
          const payload = converter.toPayload(value, context, hint);
          const bytes = payload.data?.byteLength ?? 0;
          if (this.#detailsBytes + bytes > maxDetailsBytes) throw tooLarge(bytes);
          this.#detailsBytes += bytes;
          return payload;
        } catch (error) {
          if ((error as { type?: unknown }).type !== payloadTooLarge) throw error;
          return converter.toPayload('Omitted: the details of a failure may take 512 KiB', context);
        }
      },
      fromPayload: (payload, context, hint) => converter.fromPayload(payload, context, hint),
    };
  }
}

function bounded(failure: Failure): Failure {
  const { message, stackTrace, applicationFailureInfo: info } = failure;
  if (![message, stackTrace, info?.type].some(isLong)) return failure;
  return {
    ...failure,
    message: shortened(message) ?? null,
    stackTrace: shortened(stackTrace) ?? null,
    ...(info && { applicationFailureInfo: { ...info, type: shortened(info.type) ?? null } }),
  };
}

type Text = string | null | undefined;
const isLong = (text: Text): boolean => (text?.length ?? 0) > maxTextLength;
const shortened = (text: Text): Text =>
  text && isLong(text) ? `${text.slice(0, maxTextLength - 50)}… (${text.length} characters)` : text;

export const failureConverter: FailureConverter = new BoundedFailureConverter();
