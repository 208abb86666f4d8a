import type { Scope } from '../../auth/scopes.js';
import type { Product } from '../../product.js';
import { createAjv } from '../../runs/schema-check.js';
import type { Catalogue } from '../../workflows/catalogue.js';
import type { ProblemCode } from '../problem-types.js';
import type { HeaderName } from './headers.js';
import type { Parameters } from './parameters.js';
import type { Schema } from './schema.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One operation of the API. Requests are checked against it, and the OpenAPI document is generated from it. */
export interface Operation<Q extends Parameters = Parameters> {
  readonly method: Method;
  /** In OpenAPI's form: `/v1/runs/{id}`. */
  readonly path: string;
  readonly tag: string;
  /** The scope that the caller's key or token needs. `optional`: callers need none, but receive more with one. */
  readonly scope: Scope | 'public' | 'optional';
  /** Parameters of the path, for the document. @default - those of the platform's paths */
  readonly params?: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;
  readonly query: Q;
  /** How to check the JSON body. @default - the operation reads no body */
  readonly body?: 'checked-by-definition' | Schema;
  /** Request headers of this operation. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
  /** Whether the operation accepts an `Idempotency-Key`. */
  readonly takesKey?: true;
  /** Its entries in the document: one, or one per workflow or message. */
  readonly describe: (catalogue: Catalogue, product: Product) => readonly Description[];
}

export interface Description<Code extends string = string> {
  /** The path for one workflow or message, such as `/v1/workflows/greet/start`. @default - the operation's path */
  readonly path?: string;
  /** `operationId`: unique, camelCase. */
  readonly id: string;
  readonly summary: string;
  readonly details?: string;
  /** @default schema - the operation's */
  readonly body?: { readonly schema?: Schema; readonly example: unknown };
  readonly answers: Readonly<Record<number, Answer>>;
  /** Codes of this operation, in addition to those of every operation. */
  readonly problems: readonly Code[];
}

/** A response other than a problem document. */
export interface Answer {
  readonly description: string;
  /** @default - no body */
  readonly content?: { readonly type: string; readonly schema: Schema; readonly example: unknown };
  readonly headers?: readonly HeaderName[];
  /** Ids of operations that callers can use with the run in this answer. */
  readonly links?: readonly string[];
}

export const tags = {
  workflows: 'Workflows that callers can start.',
  runs: 'Start runs of workflows, follow them and end them.',
  schedules: 'See when workflows run without a caller; pause, resume, trigger and backfill their schedules.',
  messages: 'Send signals and updates to a run, and query it.',
  health: 'Liveness probe, readiness probe and health report.',
  contract: 'This OpenAPI document.',
} as const;
type Tag = keyof typeof tags;

/** An operation of the platform: the compiler knows its tag and its codes. */
interface PlatformOperation<Q extends Parameters> extends Operation<Q> {
  readonly tag: Tag;
  readonly describe: (catalogue: Catalogue, product: Product) => readonly Description<ProblemCode>[];
}

/** Whether callers can use the operation without a key or token. */
export const isOpen = (scope: Operation['scope']): scope is Exclude<Operation['scope'], Scope> =>
  scope === 'public' || scope === 'optional';

const ajv = createAjv();

/** Whether the body is required. A missing body counts as `{}`. */
export const mustHaveBody = (schema: Schema): boolean => !ajv.compile(schema)({});

/** Infers the types of the query parameters. */
export const operation = <const Q extends Parameters>(given: PlatformOperation<Q>): Operation<Q> => given;

/** A JSON answer. */
export const json = (
  description: string,
  schema: Schema,
  example: unknown,
  { headers = [], links = [] }: Pick<Answer, 'headers' | 'links'> = {},
): Answer => ({ description, content: { type: 'application/json', schema, example }, headers, links });

/** `health-check`, `decide` → `HealthCheckDecide`. */
export const pascalCase = (...names: readonly string[]): string =>
  names
    .join('-')
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
