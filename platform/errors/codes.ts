/**
 * The codes of the platform's errors. A code is the same in the domain, in Temporal and in the API. Pure data, so workflow code can import it.
 * A new code needs an entry in `platform/api/problem-types.ts` (the compiler checks it), and must be in the `problems` of the operations that
 * answer with it (a test checks it).
 */
export const errorCodes = [
  // requests
  'workflow-not-found',
  'run-not-found',
  'history-not-found',
  'message-not-found',
  'schedule-not-found',
  'input-invalid',
  'idempotency-key-invalid',
  'idempotency-key-reused',
  'parameter-invalid',
  'update-rejected',
  'update-unconfirmed',
  'query-failed',
  'workflow-task-failing',
  'run-pending',
  'run-ended',
  // outcomes of runs
  'run-failed',
  'run-cancelled',
  'run-terminated',
  'run-timed-out',
  'run-lost',
  // the platform
  'temporal-unavailable',
  'temporal-refused',
  'temporal-unauthorized',
  'namespace-not-found',
  'database-unavailable',
  'issuer-unavailable',
  'backlog-full',
  'streams-full',
  'worker-unavailable',
  'schema-outdated',
  'data-rejected',
] as const;

export type ErrorCode = (typeof errorCodes)[number];
