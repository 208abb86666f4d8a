import type { Duration } from '@temporalio/common';
import type { JSONSchema } from 'json-schema-to-ts';

/** A Temporal duration string such as `30 days`. */
export type DurationText = Extract<Duration, string>;

type Keyword = keyof Exclude<JSONSchema, boolean>;
type SchemaMaps = 'properties' | 'patternProperties' | '$defs' | 'dependentSchemas';
type SchemaLists = 'anyOf' | 'oneOf' | 'allOf' | 'prefixItems';
type Schemas =
  | 'items'
  | 'additionalProperties'
  | 'not'
  | 'if'
  | 'then'
  | 'else'
  | 'contains'
  | 'propertyNames'
  | 'unevaluatedProperties'
  | 'unevaluatedItems';

/** Does not accept unknown keywords, which inference from the value itself would let pass. */
export type CheckedSchema<S> = JSONSchema extends S
  ? S
  : S extends object
    ? {
        readonly [K in keyof S]: K extends SchemaMaps
          ? CheckedEach<S[K]>
          : K extends SchemaLists
            ? CheckedEach<S[K]>
            : K extends Schemas
              ? CheckedSchema<S[K]>
              : K extends 'required'
                ? CheckedRequired<S, S[K]>
                : K extends Keyword
                  ? S[K]
                  : never;
      }
    : S;

/** Of a map or a list; a tuple stays a tuple. */
type CheckedEach<L> = { readonly [I in keyof L]: CheckedSchema<L[I]> };

/** Names of properties, unless the schema can have properties elsewhere too. */
type CheckedRequired<S, R> = [Extract<keyof S, SchemaLists | 'patternProperties' | 'if'>] extends [never]
  ? S extends { readonly properties: infer P }
    ? readonly (keyof P)[]
    : R
  : R;

type CheckedMessages<M, Part extends string> = {
  readonly [N in keyof M]: {
    readonly [K in keyof M[N]]: K extends 'input' | 'output'
      ? CheckedSchema<M[N][K]>
      : K extends Part
        ? M[N][K]
        : never;
  };
};

/** kebab-case, as far as types can tell. */
type KebabCase<N> = string extends N
  ? N
  : N extends Lowercase<N & string>
    ? N extends `${string}${'_' | ' ' | '.' | '/'}${string}` | `-${string}` | `${string}-`
      ? never
      : N
    : Lowercase<N & string>;

/** What the type of a definition must also be assignable to: mistakes that its inference accepts. @param Known - the names of the parts */
export type CheckedDefinition<D, Known> = {
  readonly [K in keyof D]: K extends 'name'
    ? KebabCase<D[K]>
    : K extends 'input' | 'output'
      ? CheckedSchema<D[K]>
      : K extends 'signals' | 'queries' | 'updates'
        ? CheckedMessages<D[K], 'summary'>
        : K extends Known
          ? D[K]
          : never;
};
