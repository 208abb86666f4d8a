import type { ValidateFunction } from 'ajv/dist/2020.js';
import { PlatformError } from '../../errors/platform-error.js';
import { createAjv } from '../../runs/schema-check.js';
import { nearestName } from '../../settings/nearest-name.js';
import type { Schema } from './schema.js';

/** A query parameter. */
export interface Parameter<T = unknown> {
  /** Validates the text, the number for type `integer`, or the comma-separated items for type `array`. */
  readonly schema: Schema;
  readonly description: string;
  /** Detail of the fault that an invalid value causes, such as `must be a duration`. */
  readonly expected: string;
  readonly default: T;
  /** @returns `undefined` for an invalid value */
  read(text: string): T | undefined;
}

/** A parameter in a path of the product. */
export interface PathParameter<T = unknown> {
  readonly schema: Schema;
  /** @default - none */
  readonly example?: string;
  /** Converts the text; usually throws an error with status 404 if it is not valid. @default - the text itself, checked by `schema` */
  read?(text: string): T;
}

export type PathParameters = Readonly<Record<string, PathParameter>>;

export type Parameters = Readonly<Record<string, Parameter>>;
export type Values<P> = { [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

type Given<V, T> = Omit<Parameter<T>, 'read'> & {
  /** Converts a valid value to what the route uses; `undefined` marks it invalid. @default - no conversion */
  readonly convert?: (value: V) => T | undefined;
};

const ajv = createAjv();

/** Creates a parameter that accepts exactly what its schema in the OpenAPI document accepts. */
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

/** Query parameters are unknown, repeated or invalid. Lists every fault. */
export class ParametersInvalid extends PlatformError {
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
 * Reads the query parameters of a route. Rejects unknown ones, because ignoring a misspelt parameter would hide the mistake.
 * @throws {ParametersInvalid} with every fault
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
    return `is not a parameter of this operation${nearest ? `; did you mean ${nearest}?` : ''}`;
  }
  return Array.isArray(text) ? 'must occur only once' : parameter.expected;
}

/** Creates a function that reads the parameters of a path. It throws `ParametersInvalid`, or the error of a parameter's `read`. */
export function createPathReader(known: PathParameters) {
  const reads = Object.entries(known).map(([name, parameter]) => [name, readerOf(name, parameter)] as const);
  return (params: Readonly<Record<string, string | undefined>>): Readonly<Record<string, unknown>> =>
    Object.fromEntries(reads.map(([name, read]) => [name, read(params[name] ?? '')]));
}

function readerOf(name: string, parameter: PathParameter): (text: string) => unknown {
  if (parameter.read) return (text) => parameter.read?.(text);
  const validate = ajv.compile(parameter.schema);
  return (text) => {
    if (validate(text)) return text;
    throw new ParametersInvalid([{ parameter: name, detail: validate.errors?.[0]?.message ?? 'is not valid' }]);
  };
}
