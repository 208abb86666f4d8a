import type { ErrorCode } from './codes.js';
import { DomainError } from './domain-error.js';

/** Base class of the platform's own errors, whose codes are all in `codes.ts`. */
export abstract class PlatformError extends DomainError {
  abstract override readonly code: ErrorCode;
}
