import { cpus } from 'node:os';

/** One line of the table. */
export interface Row {
  readonly what: string;
  /** Measured values, in `unit`. */
  readonly values: readonly number[];
  /** @default - seconds */
  readonly unit?: string;
  /** Maximum of the median. @default - none */
  readonly goal?: number;
}

/** The table in Markdown, with aligned columns. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ['what', 'median', 'min–max', 'runs', 'goal', 'met'],
    ...rows.map(({ what, values, unit = 's', goal }) => [
      what,
      show(median(values), unit),
      values.length > 1 ? `${show(Math.min(...values))}–${show(Math.max(...values), unit)}` : '',
      String(values.length),
      goal === undefined ? '' : `≤ ${goal} ${unit}`,
      goal === undefined ? '' : median(values) <= goal ? 'yes' : 'no',
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** The report with date, versions and table. */
export const reportOf = (rows: readonly Row[], versions: Readonly<Record<string, string>>): string =>
  [
    '# Duration of a deploy',
    '',
    `\`npm run bench:deploy\` on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores: ${Object.entries(
      versions,
    )
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '',
    tableOf(rows),
    '',
  ].join('\n');

/** @throws {RangeError} there are no values */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (lower === undefined || upper === undefined) throw new RangeError('No values');
  return (lower + upper) / 2;
}

const show = (value: number, unit?: string): string =>
  `${value.toFixed(value < 10 ? 2 : 1)}${unit === undefined ? '' : ` ${unit}`}`;
