import { visit } from 'jsonc-parser';
import type { InputFault } from '../errors/runs.js';
import { jsonPointer } from '../runs/json-pointer.js';

/** Matches the strings and numbers of a JSON text. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** A double keeps numbers of up to 15 digits without an exponent (IEEE 754, binary64). Can also match in strings. */
const possibleLoss = /\d[\d.]{15,}|\d[eE]/;
/** The end of a property name. Can also match in strings. */
const endOfName = /"\s*:/g;
const shownLength = 40;

/**
 * Finds what `JSON.parse` silently changes: numbers that a double cannot represent, and duplicate names in an object.
 * @param text - valid JSON, nested no deeper than the stack allows
 * @param names - number of property names in the parsed value
 * @param maxFaults - stops after this number of faults
 */
export function findLosses(text: string, names: number, maxFaults: number): InputFault[] {
  const hasLostNames = (text.match(endOfName)?.length ?? 0) > names;
  return hasLostNames || hasLostNumber(text) ? locateLosses(text, maxFaults) : [];
}

function hasLostNumber(text: string): boolean {
  if (!possibleLoss.test(text)) return false;
  return (text.match(tokens) ?? []).some((token) => !token.startsWith('"') && !isKept(token));
}

function locateLosses(text: string, maxFaults: number): InputFault[] {
  const faults: InputFault[] = [];
  const open: Set<string>[] = [];
  const enough = new Error('enough faults');
  const fault = (path: (string | number)[], detail: string) => {
    faults.push({ pointer: jsonPointer(path), detail });
    if (faults.length === maxFaults) throw enough;
  };
  try {
    visit(text, {
      onObjectBegin: () => void open.push(new Set()),
      onObjectEnd: () => void open.pop(),
      onObjectProperty(name, _offset, _length, _line, _column, pathOf) {
        const names = open.at(-1);
        if (names?.has(name)) fault([...pathOf(), name], 'must not repeat a name of its object');
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
  return `must not lose precision: ${shown} would become ${Number(literal)}; send it as a string`;
}

/** Whether parsing keeps the value of the number. */
function isKept(literal: string): boolean {
  const kept = String(Number(literal));
  if (kept === literal || decimalOf(kept) === decimalOf(literal)) return true;
  // Programs write doubles with up to 17 significant digits.
  return /[.eE]/.test(literal) && decimalOf(Number(literal).toPrecision(17)) === decimalOf(literal);
}

/** Normalises the absolute value: significant digits without outer zeros, and the power of ten of the last digit. */
function decimalOf(literal: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const all = whole + fraction;
  let end = all.length;
  while (all[end - 1] === '0') end -= 1;
  const digits = all.slice(0, end).replace(/^0+/, '');
  return digits === '' ? '0' : `${digits}e${Number(exponent) + whole.length - end}`;
}
