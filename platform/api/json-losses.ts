import { visit } from 'jsonc-parser';
import type { InputFault } from '../errors/runs.js';
import { jsonPointer } from './json-pointer.js';

/** Strings and numbers of JSON, one after another. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** Numbers of up to 15 digits without an exponent are always kept (IEEE 754, binary64). Strings may match too. */
const perhapsLostNumber = /\d[\d.]{15,}|\d[eE]/;
/** The end of a name; the same may stand in a text. */
const endOfName = /"\s*:/g;
const shownLength = 40;

/**
 * Finds what `JSON.parse` changes without an error: numbers that a double cannot hold, and names that an object has twice.
 * @param text - valid JSON, nested no deeper than the stack allows
 * @param names - how many names the objects have that were parsed from it
 * @param most - faults that are looked for
 */
export function findLosses(text: string, names: number, most: number): InputFault[] {
  const hasLostNames = (text.match(endOfName)?.length ?? 0) > names;
  return hasLostNames || hasLostNumber(text) ? lookClosely(text, most) : [];
}

function hasLostNumber(text: string): boolean {
  if (!perhapsLostNumber.test(text)) return false;
  return (text.match(tokens) ?? []).some((token) => !token.startsWith('"') && !isKept(token));
}

function lookClosely(text: string, most: number): InputFault[] {
  const faults: InputFault[] = [];
  const open: Set<string>[] = [];
  const enough = new Error('enough faults');
  const fault = (path: (string | number)[], detail: string) => {
    faults.push({ pointer: jsonPointer(path), detail });
    if (faults.length === most) throw enough;
  };
  try {
    visit(text, {
      onObjectBegin: () => void open.push(new Set()),
      onObjectEnd: () => void open.pop(),
      onObjectProperty(name, _offset, _length, _line, _column, pathOf) {
        const names = open.at(-1);
        if (names?.has(name)) fault([...pathOf(), name], 'must be named once only in its object');
        names?.add(name);
      },
      onLiteralValue(value, offset, length, _line, _column, pathOf) {
        if (typeof value !== 'number') return;
        const literal = text.slice(offset, offset + length);
        if (!isKept(literal)) fault(pathOf(), lostNumber(literal));
      },
    });
  } catch (error) {
    if (error !== enough) throw error;
  }
  return faults;
}

function lostNumber(literal: string): string {
  const shown = literal.length > shownLength ? `${literal.slice(0, shownLength)}…` : literal;
  return `must be a number that keeps its value: ${shown} would come back as ${Number(literal)}. Send it as a string`;
}

/** Whether the number comes back with the same value. */
function isKept(literal: string): boolean {
  const kept = String(Number(literal));
  if (kept === literal || decimalOf(kept) === decimalOf(literal)) return true;
  // Programs that write doubles with all of their 17 digits mean the double, which is kept.
  return /[.eE]/.test(literal) && decimalOf(Number(literal).toPrecision(17)) === decimalOf(literal);
}

/** The absolute value in one form for all ways to write it: the digits between its zeros, and the power of ten of the last one. */
function decimalOf(literal: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const all = whole + fraction;
  let end = all.length;
  while (all[end - 1] === '0') end -= 1;
  const digits = all.slice(0, end).replace(/^0+/, '');
  return digits === '' ? '0' : `${digits}e${Number(exponent) + whole.length - end}`;
}
