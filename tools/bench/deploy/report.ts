import { cpus } from 'node:os';
import { markdownTable } from '../markdown-table.js';
import { spreadOf } from '../statistics.js';

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
export const tableOf = (rows: readonly Row[]): string =>
  markdownTable(
    ['what', 'median', 'min–max', 'runs', 'goal', 'met'],
    rows.map(({ what, values, unit = 's', goal }) => {
      const { median, min, max } = spreadOf(values);
      const met = goal === undefined ? ['', ''] : [`≤ ${goal} ${unit}`, median <= goal ? 'yes' : 'no'];
      const range = values.length > 1 ? `${show(min)}–${show(max)} ${unit}` : '';
      return [what, `${show(median)} ${unit}`, range, String(values.length), ...met];
    }),
  );

/** The report with date, versions and table. */
export function reportOf(rows: readonly Row[], versions: Readonly<Record<string, string>>): string {
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# Duration of a deploy

\`npm run bench:deploy\` on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores: ${tools.join(', ')}.

${tableOf(rows)}
`;
}

const show = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
