import { visit } from 'jsonc-parser';
import { type InputFault, InputInvalid } from '../errors/runs.js';
import { jsonPointer } from '../runs/json-pointer.js';
import { HttpProblem } from './http-problem.js';
import { findLosses } from './json-losses.js';

/** PostgreSQL, Temporal's SDK and V8's serializer process nested values recursively. */
const maxDepth = 64;
/** Limits the size of the answer. */
const maxFaults = 100;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON that will be stored and passed on unchanged. No bytes give `undefined`.
 * @throws {HttpProblem} `json-malformed`, with the position; also for bytes that are not UTF-8
 * @throws {InputInvalid} with each value that PostgreSQL, JavaScript or Temporal cannot keep: U+0000, an unpaired surrogate, a number that
 * a double cannot represent, a duplicate name, a name `__proto__`, nesting deeper than 64 levels
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed(text, cause);
  }
  const { faults, names } = findFaults(value);
  if (faults.length === 0) faults.push(...findLosses(text, names, maxFaults));
  if (faults.length > 0) throw new InputInvalid('The body', faults);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new HttpProblem('json-malformed', 'The body must be valid UTF-8', { cause });
  }
}

function malformed(text: string, cause: unknown): HttpProblem {
  const offset = offsetOfFirstFault(text);
  if (offset === undefined) return new HttpProblem('json-malformed', 'The body must be valid JSON', { cause });
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return new HttpProblem('json-malformed', `Invalid JSON at line ${line}, column ${column}`, {
    cause,
    members: { position: { offset, line, column } },
  });
}

/** Needed because only some of V8's messages contain the position. @returns `undefined` if the text is nested too deeply */
function offsetOfFirstFault(text: string): number | undefined {
  let first: number | undefined;
  const stop = (offset: number) => {
    first = offset;
    throw new Error('found');
  };
  try {
    visit(text, { onError: (_code, offset) => stop(offset) }, { disallowComments: true });
  } catch {
    // Either our error that ends the visit, or a stack overflow.
  }
  return first;
}

/**
 * Builds pointers for faults only, because bodies have up to half a million values.
 * @returns the faults, and the number of property names in all objects
 */
function findFaults(root: unknown): { faults: InputFault[]; names: number } {
  const faults: InputFault[] = [];
  let names = 0;
  const path: (string | number)[] = [];
  const fault = (detail: string) => faults.push({ pointer: jsonPointer(path), detail });

  function look(value: unknown): void {
    if (typeof value === 'string') {
      const detail = textFault(value);
      if (detail) fault(detail);
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) fault('must fit in a 64-bit floating-point number');
    } else if (typeof value === 'object' && value !== null) {
      if (path.length === maxDepth) fault(`must not be nested deeper than ${maxDepth} levels`);
      else if (Array.isArray(value)) for (let index = 0; index < value.length; index++) step(index, value[index]);
      else for (const key of Object.keys(value)) step(key, (value as Record<string, unknown>)[key]);
    }
  }

  function step(key: string | number, value: unknown): void {
    if (faults.length === maxFaults) return;
    path.push(key);
    if (typeof key === 'string') names += 1;
    const detail = typeof key === 'string' ? keyFault(key) : undefined;
    if (detail) fault(detail);
    else look(value);
    path.pop();
  }

  look(root);
  return { faults, names };
}

const keyFault = (key: string) => (key === '__proto__' ? 'is a reserved name' : textFault(key));

const loneSurrogate = /\p{Surrogate}/u;

function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain the character U+0000';
  return loneSurrogate.test(text) ? 'must not contain an unpaired surrogate' : undefined;
}
