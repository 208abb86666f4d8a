import type { ErrorCode } from './codes.js';

/**
 * A failure that has a name. Its `code` is the same in the domain, in Temporal (as the type of an `ApplicationFailure`)
 * and in the API's problem document. Knows nothing of HTTP.
 */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;
  /** Whether the same call can never succeed: Temporal then does not retry the activity that threw it. */
  readonly permanent: boolean = true;
  /** When trying again is worth it, in seconds. Only where `permanent` is false. */
  readonly retryAfterSeconds?: number;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
