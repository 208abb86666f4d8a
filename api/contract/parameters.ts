import { validate as isUuid } from 'uuid';
import { nearestName } from '../config/nearest-name.js';
import { DomainError } from '../errors/domain-error.js';

/** One query parameter: how its text is read, what is said when it cannot be, and what holds when it is absent. */
export interface Parameter<T> {
  /** `undefined` when the text is not acceptable. */
  read(text: string): T | undefined;
  readonly expected: string;
  readonly default: T;
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

type Values<P> = { [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

interface Query {
  readonly querystring: string;
  readonly query: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Reads the query parameters that a route knows; every other one is refused, because a misspelt one would be ignored silently.
 * @throws {ParametersInvalid} with every fault there is
 */
export function readParameters<P extends Record<string, Parameter<unknown>>>(ctx: Query, known: P): Values<P> {
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
  parameter: Parameter<unknown> | undefined,
  known: readonly string[],
): string {
  if (!parameter) {
    const nearest = nearestName(name, known);
    return `is not a parameter of this path${nearest ? `; did you mean ${nearest}?` : ''}`;
  }
  return Array.isArray(text) ? 'must be given once' : parameter.expected;
}

/** A whole number of runs, from 1 to 100. */
export const limitParameter: Parameter<number> = {
  read(text) {
    const value = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
    return value >= 1 && value <= 100 ? value : undefined;
  },
  expected: 'must be a whole number from 1 to 100',
  default: 20,
};

/** The place in the list where a page begins. */
export const cursorParameter: Parameter<string | undefined> = {
  read: (text) => (isUuid(text) ? text.toLowerCase() : undefined),
  expected: 'must be the `next` of an earlier page',
  default: undefined,
};

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
const maxWaitMs = 60_000;

/** How long the answer may wait for the run, in milliseconds. */
export const waitParameter: Parameter<number> = {
  read(text) {
    const [, amount, unit = ''] = /^([0-9]{1,6})(ms|s|m)$/.exec(text) ?? [];
    const ms = Number(amount) * (unitMs[unit] ?? Number.NaN);
    return ms <= maxWaitMs ? ms : undefined;
  },
  expected: 'must be a duration such as 500ms, 10s or 1m, at most 60s',
  default: 10_000,
};
