import type { ErrorCode } from '../errors/codes.js';
import type { HttpCode } from './http-problem.js';

export type ProblemCode = ErrorCode | HttpCode;

/** How the API answers with a code. */
export interface ProblemType {
  /** HTTP status, 400 to 599. Answers with a status from 500 leave out the message of the error, because it may contain addresses or SQL. */
  readonly status: number;
  /** Meaning of the code, for people: the same in every answer. */
  readonly title: string;
  /** Whether answers have `Retry-After`: the errors with this code set `retryAfterSeconds`. @default - answers with 429 and 503 have it */
  readonly retryAfter?: true;
}

/** By code. */
export type ProblemTypes = Readonly<Record<string, ProblemType>>;

/** The platform's codes. The compiler keeps this table complete. */
export const problemTypes: Readonly<Record<ProblemCode, ProblemType>> = {
  'request-malformed': { status: 400, title: 'The request is not valid HTTP' },
  'request-aborted': { status: 400, title: 'The request body is incomplete' },
  'json-malformed': { status: 400, title: 'The request body is not valid JSON' },
  'idempotency-key-invalid': { status: 400, title: 'Invalid Idempotency-Key' },
  unauthenticated: { status: 401, title: 'Authentication required' },
  'origin-not-allowed': { status: 403, title: 'Origin not allowed' },
  'scope-missing': { status: 403, title: 'The API key or token lacks the required scope' },
  'route-not-found': { status: 404, title: 'Path not found' },
  'workflow-not-found': { status: 404, title: 'Workflow not found' },
  'run-not-found': { status: 404, title: 'Run not found' },
  'history-not-found': { status: 404, title: 'The history of the run is no longer available' },
  'message-not-found': { status: 404, title: 'The workflow does not define this message' },
  'schedule-not-found': { status: 404, title: 'Schedule not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'update-rejected': { status: 409, title: 'The workflow rejected the update' },
  'run-pending': { status: 409, title: 'The run has not started yet', retryAfter: true },
  'run-ended': { status: 409, title: 'The run has ended' },
  'body-too-large': { status: 413, title: 'The request body is too large' },
  'media-type-unsupported': { status: 415, title: 'Unsupported media type' },
  'host-not-allowed': { status: 421, title: 'Host not allowed' },
  'content-encoding-unsupported': { status: 415, title: 'Unsupported content encoding' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for a different request' },
  'input-invalid': { status: 422, title: 'Invalid input' },
  'parameter-invalid': { status: 422, title: 'Invalid parameter' },
  'run-failed': { status: 422, title: 'The run failed' },
  'run-cancelled': { status: 422, title: 'The run was cancelled' },
  'run-terminated': { status: 422, title: 'The run was terminated' },
  'run-timed-out': { status: 422, title: 'The run timed out' },
  'run-lost': { status: 422, title: 'Temporal no longer knows the run' },
  'temporal-refused': { status: 422, title: 'Temporal rejected the request' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The request headers are too large' },
  'query-failed': { status: 422, title: 'The workflow failed to answer the query' },
  'data-rejected': { status: 422, title: 'The database rejected the data' },
  'internal-error': { status: 500, title: 'Internal server error' },
  unavailable: { status: 503, title: 'The API is unavailable' },
  'temporal-unavailable': { status: 503, title: 'Temporal is unavailable' },
  'temporal-unauthorized': { status: 503, title: 'Temporal rejected the credentials of this service' },
  'namespace-not-found': { status: 503, title: 'The Temporal namespace does not exist' },
  'database-unavailable': { status: 503, title: 'The database is unavailable' },
  'issuer-unavailable': { status: 503, title: 'The issuer of tokens is unavailable' },
  'backlog-full': { status: 503, title: 'Too many runs are waiting to start' },
  'streams-full': { status: 503, title: 'Too many event streams are open' },
  'update-unconfirmed': { status: 504, title: 'The outcome of the update is unknown', retryAfter: true },
  'worker-unavailable': { status: 503, title: 'No worker responded in time' },
  // A fault of the service, not of the request, which succeeds when the code is fixed.
  'workflow-task-failing': { status: 503, title: 'The code of the workflow fails' },
  'schema-outdated': { status: 503, title: 'The database schema is outdated' },
};

/** The members of an RFC 9457 problem document that depend on the error alone. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

/** The problem document of a code, without its `type`, which the edge adds: it begins with the product's name. */
export const toProblem = (code: string, { title, status }: ProblemType, detail?: string): Problem => ({
  title,
  status,
  code,
  ...(detail === undefined ? {} : { detail }),
});

/** The same for a code of the platform. */
export const problemOf = (code: ProblemCode, detail?: string): Problem => toProblem(code, problemTypes[code], detail);

/**
 * The platform's problem types and the product's.
 * @throws {Error} the product uses a code of the platform, or an invalid code, status or title
 */
export function withProductProblems(own: ProblemTypes): ProblemTypes {
  for (const [code, { status, title }] of Object.entries(own)) {
    if (Object.hasOwn(problemTypes, code))
      throw new Error(`The problem code ${code} is reserved by the platform: choose another`);
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code))
      throw new Error(`The problem code ${JSON.stringify(code)} is invalid: use lower-case words with hyphens`);
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new Error(`The problem ${code} has the status ${status}: use 400 to 599`);
    if (title.trim() === '') throw new Error(`The problem ${code} has no title`);
  }
  return { ...problemTypes, ...own };
}
