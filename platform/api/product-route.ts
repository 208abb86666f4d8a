import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Sequelize } from 'sequelize';
import type { Scope } from '../auth/scopes.js';
import type { Logger } from '../observability/logger.js';
import type { Product } from '../product.js';
import type { Caller } from '../runs/caller.js';
import type { Runs } from '../runs/runs.js';
import type { ProductSettings } from '../settings/define-settings.js';
import type { SettingsOf } from '../settings/settings.js';
import type { CheckedSchema } from '../workflows/checked-definition.js';
import { exampleOf } from './contract/example.js';
import { type Answer, json, type Method, type Operation } from './contract/operation.js';
import type { Parameters, PathParameters, Values } from './contract/parameters.js';
import type { Schema } from './contract/schema.js';
import type { ProblemCode } from './problem-types.js';

export { parameter } from './contract/parameters.js';
export type { ProblemTypes } from './problem-types.js';
export { runIdParameter } from './run-id.js';

/** Dependencies that the API passes to the handlers of the product's routes. `RouteParts<typeof product>` has the product's settings too. */
export interface RouteParts<P extends Product<ProductSettings> = Product> {
  /** The platform's, and those of the product that the API uses. */
  readonly settings: SettingsOf<P, 'api'>;
  readonly logger: Logger;
  readonly sequelize: Sequelize;
  /** Pass the caller of the request: other callers' runs do not exist for it. */
  readonly runs: Runs;
}

/** A section of the API reference. Routes of one section share the object. */
export interface RouteTag {
  readonly name: string;
  readonly description: string;
}

interface AnswerProps {
  readonly description: string;
  /** Schema of the JSON body. @default - no body */
  readonly schema?: JSONSchema;
}

type ParameterNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

/** What the schema accepts. Without the first condition, the compiler computes the type of every possible schema while it infers. */
type BodyOf<S> = JSONSchema extends S ? unknown : S extends JSONSchema ? FromSchema<S> : undefined;

/** A checked request. */
export interface RouteRequest<Path extends string, S, P, Q, B> {
  /** Who sent the request, by its key or token. Absent if the route is public. */
  readonly caller: S extends 'public' ? undefined : Caller;
  readonly params: {
    readonly [Name in ParameterNames<Path>]: Name extends keyof P
      ? P[Name] extends { read(text: string): infer T }
        ? T
        : string
      : string;
  };
  readonly query: Values<Q>;
  /** The JSON body, `{}` if empty. */
  readonly body: BodyOf<B>;
  /** The `Idempotency-Key`, if the route takes one and the request has one. Pass it to `runs.start`, `execute` or `update`. */
  readonly key: string | undefined;
}

/** The status, and the body if the answer has one. */
export type RouteAnswer<A> = {
  readonly [Status in keyof A]: A[Status] extends { readonly schema: infer Of extends JSONSchema }
    ? { readonly status: Status; readonly body: BodyOf<Of> }
    : { readonly status: Status };
}[keyof A];

export interface RouteProps<
  Path extends string,
  S extends Scope | 'public',
  P extends PathParameters,
  Q extends Parameters,
  B extends JSONSchema | undefined,
  A extends Readonly<Record<number, AnswerProps>>,
  App extends Product<ProductSettings> = Product,
> {
  /** `operationId`: unique, camelCase. */
  readonly id: string;
  readonly method: Method;
  /** In OpenAPI's form: `/v1/orders/{id}`. Must not match a path of the platform. */
  readonly path: Path;
  /** Starts with a verb, without a full stop: `List orders`. */
  readonly summary: string;
  /** Full sentences. @default - none */
  readonly details?: string;
  /** The section of the API reference: one of the product, or `workflows`, `runs` or `messages`. */
  readonly tag: RouteTag | 'workflows' | 'runs' | 'messages';
  /** The scope that the caller's key or token needs. `public`: callers need none. */
  readonly scope: S;
  /** Parameters of the path by name. @default - any text */
  readonly params?: P;
  /** Query parameters by name; the API rejects unknown ones. @default - none */
  readonly query?: Q;
  /** Schema of the JSON body; `examples` in it appear in the API reference. @default - the route reads no body */
  readonly body?: B & CheckedSchema<B>;
  /** Whether the route accepts an `Idempotency-Key`. @default - it does not */
  readonly takesKey?: true;
  /** Answers other than problems, by status. */
  readonly answers: A;
  /** Codes of the errors that the handler throws: the platform's, or the product's in the problems of `serveApi`. @default - none */
  readonly problems?: readonly (ProblemCode | (string & {}))[];
  /** Called once, at the start of the API. Returns the function that answers requests. It throws a `DomainError` to answer with a problem. */
  readonly handler: (
    parts: RouteParts<App>,
  ) => (request: RouteRequest<Path, S, P, Q, B>) => RouteAnswer<NoInfer<A>> | Promise<RouteAnswer<NoInfer<A>>>;
}

/** A route of the product. Create it with `defineRoute`. */
export interface ProductRoute {
  readonly operation: Operation;
  /** Its schemas, by the place that errors name. */
  readonly schemas: readonly (readonly [place: string, schema: unknown])[];
  /** The section, if it is one of the product. */
  readonly tag: RouteTag | undefined;
  readonly params: PathParameters;
  readonly handler: (parts: RouteParts) => (request: ErasedRequest) => ErasedAnswer | Promise<ErasedAnswer>;
}

interface ErasedRequest {
  readonly caller: Caller | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly key: string | undefined;
}

interface ErasedAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * Defines a route of the product's API. The API checks the key, its scope, the rate limits, the parameters and the body before it calls the
 * handler, and includes the route in the OpenAPI document. Export it from a file of its own in `api/routes/`.
 */
export function defineRoute<
  const Path extends string,
  const S extends Scope | 'public',
  const A extends Readonly<Record<number, AnswerProps>>,
  const P extends PathParameters = Record<never, never>,
  const Q extends Parameters = Record<never, never>,
  const B extends JSONSchema | undefined = undefined,
  App extends Product<ProductSettings> = Product,
>(props: RouteProps<Path, S, P, Q, B, A, App>): ProductRoute {
  const { id, method, path, summary, details, tag, scope, params, query, takesKey, problems = [] } = props;
  const body = props.body as Schema | undefined;
  const answers: Readonly<Record<number, AnswerProps>> = props.answers;
  const allParams = { ...textParameters(path), ...params };
  const route: ProductRoute = {
    operation: {
      ...{ method, path, scope, tag: typeof tag === 'string' ? tag : tag.name },
      params: allParams,
      query: query ?? {},
      ...(body && { body }),
      ...(takesKey && { takesKey }),
      describe: () => [
        {
          ...{ id, summary, problems },
          ...(details !== undefined && { details }),
          ...(body && { body: { example: exampleOf(body) } }),
          answers: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, toAnswer(answer)])),
        },
      ],
    },
    schemas: [
      ...(body ? [[`Route ${id}: body`, body] as const] : []),
      ...Object.entries(answers).flatMap(([status, { schema }]) =>
        schema === undefined ? [] : [[`Route ${id}: answer ${status}`, schema] as const],
      ),
    ],
    tag: typeof tag === 'string' ? undefined : tag,
    params: allParams,
    handler: props.handler as unknown as ProductRoute['handler'],
  };
  defined.add(route);
  return route;
}

const defined = new WeakSet<object>();

/** Whether a value is a result of `defineRoute`. */
export const isRoute = (value: unknown): value is ProductRoute => defined.has(value as object);

/** Parameters of the path that have no description. */
const textParameters = (path: string): PathParameters =>
  Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, { schema: { type: 'string' } }]));

function toAnswer({ description, schema }: AnswerProps): Answer {
  return schema === undefined ? { description } : json(description, schema as Schema, exampleOf(schema as Schema));
}
