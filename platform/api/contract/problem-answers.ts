import { CommandFault } from '../../errors/command-fault.js';
import type { Product } from '../../product.js';
import { type ProblemCode, type ProblemType, type ProblemTypes, problemTypes, toProblem } from '../problem-types.js';
import { exampleRunId, failedRun } from './examples.js';
import { type HeaderName, headers } from './headers.js';
import { isOpen, type Operation } from './operation.js';
import type { Schema } from './schema.js';

/** Every operation can answer with these codes. */
const always: readonly ProblemCode[] = [
  ...(['request-malformed', 'request-timeout', 'headers-too-large', 'host-not-allowed'] as const),
  ...(['parameter-invalid', 'rate-limited', 'internal-error', 'unavailable'] as const),
];
const withBody: readonly ProblemCode[] = [
  ...(['request-aborted', 'json-malformed', 'body-too-large', 'media-type-unsupported'] as const),
  ...(['content-encoding-unsupported', 'input-invalid'] as const),
];
/** Only operations that change something check the origin. */
const unlessSafe: readonly ProblemCode[] = ['origin-not-allowed'];
const withKey: readonly ProblemCode[] = [
  'unauthenticated',
  'scope-missing',
  'database-unavailable',
  'issuer-unavailable',
  'schema-outdated',
];
const withIdempotencyKey: readonly ProblemCode[] = ['idempotency-key-invalid', 'idempotency-key-reused'];

/** Codes of operations that call Temporal. */
export const temporalProblems: readonly ProblemCode[] = [
  'temporal-unavailable',
  'temporal-unauthorized',
  'namespace-not-found',
  'temporal-refused',
];

/** What the answers of the document are made from. */
export interface ProblemParts {
  /** All problem types of the API. */
  readonly types: ProblemTypes;
  /** The schema of any problem. */
  readonly schema: Schema;
}

/**
 * All codes that an operation can answer with, by status.
 * @throws {CommandFault} one of its own is unknown
 */
export function problemsOf(
  operation: Operation,
  own: readonly string[],
  types: ProblemTypes,
): ReadonlyMap<number, string[]> {
  const unknown = own.find((code) => !Object.hasOwn(types, code));
  if (unknown !== undefined)
    throw new CommandFault(
      `${operation.method.toUpperCase()} ${operation.path} has the unknown problem ${JSON.stringify(unknown)}: define it in api/problems.ts`,
    );
  const codes = [
    ...always,
    ...(isOpen(operation.scope) ? [] : withKey),
    ...(operation.body ? withBody : []),
    ...(operation.method === 'get' ? [] : unlessSafe),
    ...(operation.takesKey ? withIdempotencyKey : []),
    ...own,
  ];
  return problemsByStatus(codes, types);
}

function problemsByStatus(codes: readonly string[], types: ProblemTypes): Map<number, string[]> {
  const byStatus = new Map<number, string[]>();
  for (const code of new Set(codes)) {
    const { status } = types[code] as ProblemType;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

/** Statuses that have the same codes in every operation. */
export const commonProblems: ReadonlyMap<number, string[]> = problemsByStatus(
  always.filter((code) => ![400, 422, 503].includes(problemTypes[code].status)),
  problemTypes,
);

/** Headers that answers with this status or code can have. */
const headersOf: Readonly<Record<number | string, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
  'run-failed': ['Location'],
  'media-type-unsupported': ['Accept'],
  'content-encoding-unsupported': ['Accept-Encoding'],
};

/** The OpenAPI response for one status, with an example per code. */
export function problemAnswer(status: number, codes: readonly string[], { types, schema }: ProblemParts) {
  const names = new Set<HeaderName>([...(headersOf[status] ?? []), ...codes.flatMap((code) => headersOf[code] ?? [])]);
  if (codes.some((code) => types[code]?.retryAfter)) names.add('Retry-After');
  return {
    description: `${codes.map((code) => types[code]?.title).join('; ')}.`,
    headers: [...names],
    schema: {
      allOf: [schema, { type: 'object', properties: { code: { enum: codes }, status: { const: status } } }],
    },
    examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
  };
}

/** An example per code. */
export const problemExamples = (product: Pick<Product, 'problemType'>, types: ProblemTypes) =>
  Object.fromEntries(
    Object.entries(types).map(([code, type]) => [
      code,
      { summary: type.title, value: { type: product.problemType(code), ...exampleOfProblem(code, type) } },
    ]),
  );

const exampleOfProblem = (code: string, type: ProblemType) => ({
  ...toProblem(code, type),
  ...membersOf[code],
  instance: `/v1/runs/${exampleRunId}`,
  requestId: headers['X-Request-Id'].schema.examples[0],
});

const failed = failedRun('order', { item: 'book' });

const membersOf: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
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
