import type { Product } from '../../product.js';
import { type ProblemCode, problemOf, problemTypes } from '../problem-types.js';
import { exampleRunId, failedRun } from './examples.js';
import { type HeaderName, headers } from './headers.js';
import { isOpen, type Operation } from './operation.js';
import { problemSchema } from './schemas.js';

/** Every operation can answer with these codes. */
const always: readonly ProblemCode[] = [
  ...(['request-malformed', 'request-timeout', 'headers-too-large', 'host-not-allowed'] as const),
  ...(['parameter-invalid', 'rate-limited', 'internal-error', 'unavailable'] as const),
];
const withBody: readonly ProblemCode[] = [
  ...(['request-aborted', 'json-malformed', 'body-too-large', 'media-type-unsupported'] as const),
  ...(['content-encoding-unsupported', 'input-invalid', 'origin-not-allowed'] as const),
];
const withKey: readonly ProblemCode[] = ['unauthenticated', 'scope-missing', 'database-unavailable', 'schema-outdated'];
const withIdempotencyKey: readonly ProblemCode[] = ['idempotency-key-invalid', 'idempotency-key-reused'];

/** Codes of operations that call Temporal. */
export const temporalProblems: readonly ProblemCode[] = [
  'temporal-unavailable',
  'temporal-unauthorized',
  'namespace-not-found',
  'temporal-refused',
];

/** All codes that an operation can answer with, by status. */
export function problemsOf(operation: Operation, own: readonly ProblemCode[]): ReadonlyMap<number, ProblemCode[]> {
  const codes = [
    ...always,
    ...(isOpen(operation.scope) ? [] : withKey),
    ...(operation.body ? withBody : []),
    ...(operation.takesKey ? withIdempotencyKey : []),
    ...own,
  ];
  return problemsByStatus(codes);
}

function problemsByStatus(codes: readonly ProblemCode[]): Map<number, ProblemCode[]> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = problemTypes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

/** Statuses that have the same codes in every operation. */
export const commonProblems: ReadonlyMap<number, ProblemCode[]> = problemsByStatus(
  always.filter((code) => ![400, 422, 503].includes(problemTypes[code].status)),
);

/** Headers that answers with this status or code can have. */
const headersOf: Readonly<Partial<Record<number | ProblemCode, readonly HeaderName[]>>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
  'run-pending': ['Retry-After'],
  'update-unconfirmed': ['Retry-After'],
  'run-failed': ['Location'],
  'media-type-unsupported': ['Accept'],
  'content-encoding-unsupported': ['Accept-Encoding'],
};

/** The OpenAPI response for one status, with an example per code. */
export function problemAnswer(status: number, codes: readonly ProblemCode[]) {
  const names = new Set<HeaderName>([...(headersOf[status] ?? []), ...codes.flatMap((code) => headersOf[code] ?? [])]);
  return {
    description: `${codes.map((code) => problemTypes[code].title).join('; ')}.`,
    headers: [...names],
    schema: {
      allOf: [problemSchema, { type: 'object', properties: { code: { enum: codes }, status: { const: status } } }],
    },
    examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
  };
}

/** An example per code. */
export const problemExamples = (product: Pick<Product, 'problemType'>) =>
  Object.fromEntries(
    (Object.keys(problemTypes) as ProblemCode[]).map((code) => [
      code,
      { summary: problemTypes[code].title, value: exampleOfProblem(code, product.problemType(code)) },
    ]),
  );

const exampleOfProblem = (code: ProblemCode, type: string) => ({
  type,
  ...problemOf(code),
  ...membersOf[code],
  instance: `/v1/runs/${exampleRunId}`,
  requestId: headers['X-Request-Id'].schema.examples[0],
});

const failed = failedRun('order', { item: 'book' });

const membersOf: Readonly<Partial<Record<ProblemCode, Readonly<Record<string, unknown>>>>> = {
  'input-invalid': {
    detail: 'The request has 1 validation error',
    errors: [{ pointer: '/name', detail: 'is required' }],
  },
  'parameter-invalid': {
    detail: 'The request has 1 validation error',
    errors: [{ parameter: 'limt', detail: 'is not a parameter of this operation; did you mean limit?' }],
  },
  'json-malformed': {
    detail: 'Invalid JSON at line 1, column 9',
    position: { offset: 8, line: 1, column: 9 },
  },
  'run-not-found': { detail: `No run has id ${exampleRunId}` },
  'run-failed': { detail: failed.failure?.message, run: failed, failure: failed.failure },
  'update-rejected': { detail: 'Already approved by Ada' },
};
