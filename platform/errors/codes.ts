/**
 * Every code that a failure of this platform can carry, from where it arises to the caller of the API.
 * Pure data: workflow code may import it. A new code must be given its HTTP status in `platform/api/problem-types.ts`, or nothing compiles, and a
 * place in the `problems` of the operations that answer with it (`api/routes/`), or a test says so.
 */
export const errorCodes = [
  // what a caller asked for
  'workflow-not-found',
  'run-not-found',
  'history-not-found',
  'message-not-found',
  'input-invalid',
  'idempotency-key-invalid',
  'idempotency-key-reused',
  'parameter-invalid',
  'update-rejected',
  'update-unconfirmed',
  'query-failed',
  'run-pending',
  'run-ended',
  // how a run ended
  'run-failed',
  'run-cancelled',
  'run-terminated',
  'run-timed-out',
  'run-lost',
  // what is wrong with the platform
  'temporal-unavailable',
  'temporal-refused',
  'temporal-unauthorized',
  'namespace-not-found',
  'database-unavailable',
  'backlog-full',
  'streams-full',
  'worker-unavailable',
  'schema-outdated',
  'data-rejected',
] as const;

export type ErrorCode = (typeof errorCodes)[number];
