import type { Scope } from '../../auth/scopes.js';
import { createAjv } from '../../runs/schema-check.js';
import type { WorkflowDefinition } from '../../workflows/define.js';
import type { ProblemCode } from '../problem-types.js';
import type { HeaderName } from './headers.js';
import type { Parameters } from './parameters.js';
import type { Schema } from './schema.js';

export type Catalogue = ReadonlyMap<string, WorkflowDefinition>;

/** One operation of the API: what it takes is read and checked by this, and the document is made of it. */
export interface Operation<Q extends Parameters = Parameters> {
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: `/v1/runs/{id}`. */
  readonly path: string;
  readonly tag: Tag;
  /** What a caller's key must allow. `optional`: callers need no key, and receive more with one. */
  readonly scope: Scope | 'public' | 'optional';
  readonly query: Q;
  /** By what a JSON body is checked. @default - none is read */
  readonly body?: 'checked-by-definition' | Schema;
  /** Request headers that mean something to this operation alone. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
  /** Whether repeating the request with the same `Idempotency-Key` is safe. */
  readonly takesKey?: true;
  /** As it stands in the document: once, or once for every workflow or message it is for. */
  readonly describe: (catalogue: Catalogue) => readonly Description[];
}

export interface Description {
  /** The path with what it is for in it, such as `/v1/workflows/greet/start`. @default - the operation's own */
  readonly path?: string;
  /** `operationId`: unique, camelCase. */
  readonly id: string;
  readonly summary: string;
  readonly details?: string;
  /** The schema is the operation's own, if that has one. */
  readonly body?: { readonly schema?: Schema; readonly example: unknown };
  readonly answers: Readonly<Record<number, Answer>>;
  /** Codes that this operation may answer with besides those that every one may. */
  readonly problems: readonly ProblemCode[];
}

/** An answer that is no problem. */
export interface Answer {
  readonly description: string;
  /** @default - it has no body */
  readonly content?: { readonly type: string; readonly schema: Schema; readonly example: unknown };
  readonly headers?: readonly HeaderName[];
  /** Operations that go on with the run in this answer, by their ids. */
  readonly links?: readonly string[];
}

export const tags = {
  workflows: 'What can be started',
  runs: 'One run of a workflow, from its acceptance to its end',
  messages: 'What a workflow can be told and asked while it runs',
  health: 'Whether the service works',
  contract: 'This document',
} as const;
export type Tag = keyof typeof tags;

/** Whether callers without a key are let in. */
export const isOpen = (scope: Operation['scope']): scope is Exclude<Operation['scope'], Scope> =>
  scope === 'public' || scope === 'optional';

const ajv = createAjv();

/** Whether there must be a body: none is the same as an empty object. */
export const mustHaveBody = (schema: Schema): boolean => !ajv.compile(schema)({});

/** Keeps the types of the query's parameters. */
export const operation = <const Q extends Parameters>(given: Operation<Q>): Operation<Q> => given;

/** An answer of JSON. */
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
