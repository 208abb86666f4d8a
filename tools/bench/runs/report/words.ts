import { cpus, totalmem } from 'node:os';
import type { Row } from '../rows.js';

/** Rounds to three significant digits. */
export function short(value: number): string {
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : value.toFixed(size >= 10 ? 1 : 2);
}

/** Formats a value of a side. */
export const inUnit = (value: number, { unit }: Row): string =>
  unit === '/s' ? `${short(value)}/s` : `${short(value)} ${unit}`;

/** Formats a comparison: with `×`, or in the row's unit. */
export function compared(value: number, row: Row): string {
  if (row.comparison === 'ratio') return `${value.toFixed(2)}×`;
  if (row.comparison === 'alone') return inUnit(value, row);
  return `${value < 0 ? '−' : '+'}${inUnit(Math.abs(value), row)}`;
}

/** Formats a goal, such as `≤ 0.6×`; empty without a goal. */
export function goalOf({ goal, comparison, unit }: Row): string {
  if (!goal) return '';
  const sign = comparison === 'difference' ? '+' : '';
  const counted = comparison === 'ratio' ? '×' : ` ${unit}`;
  return 'atMost' in goal ? `≤ ${sign}${goal.atMost}${counted}` : `≥ ${sign}${goal.atLeast}${counted}`;
}

/** Versions, machine and time of a measurement that starts now. @param loadBefore - load average of the last minute */
export const setupOf = (
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  versions: Readonly<Record<string, string>>,
  loadBefore: number,
  script = 'npm run bench',
) => ({
  command: [script, ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
  date: new Date().toISOString(),
  machine: {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 1e9),
  },
  ...{ versions, loadBefore, rounds, seconds },
});
export type Setup = Readonly<ReturnType<typeof setupOf>>;

/** One line: cores, CPU, memory and versions. */
export const describeSetup = ({ machine, versions }: Setup): string =>
  [
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGigabytes} GB`,
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ].join(', ');
