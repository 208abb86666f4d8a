import type { ErrorCode } from '../errors/codes.js';
import type { HttpCode } from './http-problem.js';

export type ProblemCode = ErrorCode | HttpCode;

/** How HTTP calls each code: the one table, which the compiler keeps complete. */
export const problemTypes: Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>> = {
  'request-malformed': { status: 400, title: 'The request is not well-formed HTTP' },
  'request-aborted': { status: 400, title: 'The request ended before it was complete' },
  'json-malformed': { status: 400, title: 'The body is not JSON' },
  'idempotency-key-invalid': { status: 400, title: 'The Idempotency-Key is not valid' },
  unauthenticated: { status: 401, title: 'A key is needed' },
  'origin-not-allowed': { status: 403, title: 'Pages of this origin may not call' },
  'scope-missing': { status: 403, title: 'The key does not allow this' },
  'route-not-found': { status: 404, title: 'Nothing is served at this path' },
  'workflow-not-found': { status: 404, title: 'No workflow has this name' },
  'run-not-found': { status: 404, title: 'No run has this id' },
  'history-not-found': { status: 404, title: 'The history of the run is kept no longer' },
  'message-not-found': { status: 404, title: 'The workflow has no such message' },
  'method-not-allowed': { status: 405, title: 'The path does not take this method' },
  'request-timeout': { status: 408, title: 'The request was not sent in time' },
  'update-rejected': { status: 409, title: 'The workflow rejected the update' },
  'run-pending': { status: 409, title: 'The run has not started yet' },
  'run-ended': { status: 409, title: 'The run has ended' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'media-type-unsupported': { status: 415, title: 'The body must be JSON' },
  'host-not-allowed': { status: 421, title: 'Nothing is served under this name' },
  'content-encoding-unsupported': { status: 415, title: 'The body must not be encoded' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key belongs to another request' },
  'input-invalid': { status: 422, title: 'The input is not valid' },
  'parameter-invalid': { status: 422, title: 'A query parameter is not valid' },
  'run-failed': { status: 422, title: 'The run failed' },
  'run-cancelled': { status: 422, title: 'The run was cancelled' },
  'run-terminated': { status: 422, title: 'The run was terminated' },
  'run-timed-out': { status: 422, title: 'The run took longer than it may' },
  'run-lost': { status: 422, title: 'Temporal no longer knows the run' },
  'temporal-refused': { status: 422, title: 'Temporal refused the request' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'query-failed': { status: 422, title: 'The workflow could not answer the query' },
  'data-rejected': { status: 422, title: 'The data cannot be stored' },
  'internal-error': { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'The API cannot be reached' },
  'temporal-unavailable': { status: 503, title: 'Temporal does not answer' },
  'temporal-unauthorized': { status: 503, title: 'Temporal does not accept the credentials of this service' },
  'namespace-not-found': { status: 503, title: 'Temporal does not have the namespace of this service' },
  'database-unavailable': { status: 503, title: 'The database does not answer' },
  'backlog-full': { status: 503, title: 'Too many runs wait for their start' },
  'streams-full': { status: 503, title: 'Too many event streams are open' },
  'update-unconfirmed': { status: 504, title: 'The workflow did not confirm the update, and may have taken it' },
  'worker-unavailable': { status: 503, title: 'No worker answered in time' },
  'schema-outdated': { status: 503, title: 'The database is being migrated' },
};

/** An RFC 9457 problem document, as far as it follows from the error alone. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

/** The document for a code, without what only an error knows. */
export const problemOf = (code: ProblemCode, detail?: string): Problem => ({
  type: `urn:atlas:problem:${code}`,
  ...problemTypes[code],
  code,
  ...(detail === undefined ? {} : { detail }),
});
