import type { ValidateFunction } from 'ajv/dist/2020.js';
import { DomainError } from '../../errors/domain-error.js';
import { createAjv } from '../../runs/schema-check.js';
import { nearestName } from '../../settings/nearest-name.js';
import type { Schema } from './schema.js';

/** One query parameter: what its text must be, what is said when it is not, and what holds when it is absent. */
export interface Parameter<T = unknown> {
  /** Of the text; of the number where the type is `integer`, of the comma-separated items where it is `array`. */
  readonly schema: Schema;
  readonly description: string;
  /** What is said of a text that is not acceptable. */
  readonly expected: string;
  readonly default: T;
  /** `undefined` when the text is not acceptable. */
  read(text: string): T | undefined;
}

export type Parameters = Readonly<Record<string, Parameter>>;
export type Values<P> = { [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

type Given<V, T> = Omit<Parameter<T>, 'read'> & {
  /** From what the schema accepts to what the route works with. @default - as it is */
  readonly convert?: (value: V) => T | undefined;
};

const ajv = createAjv();

/** A parameter whose schema, which stands in the document, is what decides. */
export function parameter<T, V = T>(given: Given<V, T>): Parameter<T> {
  const validate: ValidateFunction = ajv.compile(given.schema);
  const convert = given.convert ?? ((value: V) => value as unknown as T);
  return {
    ...given,
    read(text) {
      const value = typedValue(text, given.schema['type']);
      return validate(value) ? convert(value as V) : undefined;
    },
  };
}

const wholeNumber = /^-?[0-9]{1,15}$/;

function typedValue(text: string, type: unknown): unknown {
  if (type === 'integer') return wholeNumber.test(text) ? Number(text) : text;
  return type === 'array' ? text.split(',') : text;
}

export interface ParameterFault {
  readonly parameter: string;
  readonly detail: string;
}

/** Query parameters that are unknown, repeated or not readable; all of them at once. */
export class ParametersInvalid extends DomainError {
  readonly code = 'parameter-invalid';
  constructor(readonly faults: readonly ParameterFault[]) {
    super(faults.map(({ parameter, detail }) => `${parameter} ${detail}`).join('; '));
  }
}

interface Query {
  readonly querystring: string;
  readonly query: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Reads the query parameters that a route knows; every other one is refused, because a misspelt one would be ignored silently.
 * @throws {ParametersInvalid} with every fault there is
 */
export function readParameters<P extends Parameters>(ctx: Query, known: P): Values<P> {
  const values = Object.fromEntries(Object.entries(known).map(([name, parameter]) => [name, parameter.default]));
  if (ctx.querystring === '') return values as Values<P>;
  const faults: ParameterFault[] = [];
  for (const [name, text] of Object.entries(ctx.query)) {
    const parameter = Object.hasOwn(known, name) ? known[name] : undefined;
    const value = typeof text === 'string' ? parameter?.read(text) : undefined;
    if (value === undefined)
      faults.push({ parameter: name, detail: explain(name, text, parameter, Object.keys(known)) });
    else values[name] = value;
  }
  if (faults.length > 0) throw new ParametersInvalid(faults);
  return values as Values<P>;
}

function explain(
  name: string,
  text: string | string[] | undefined,
  parameter: Parameter | undefined,
  known: readonly string[],
): string {
  if (!parameter) {
    const nearest = nearestName(name, known);
    return `is not a parameter of this path${nearest ? `; did you mean ${nearest}?` : ''}`;
  }
  return Array.isArray(text) ? 'must be given once' : parameter.expected;
}
