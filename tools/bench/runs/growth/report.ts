import { markdownTable } from '../../markdown-table.js';
import { describeSetup, type Setup, short } from '../report/words.js';
import type { Level } from './measure.js';

/** Largest allowed factor between the first and the last level. */
const flat = 1.2;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const callsOf = ({ callsPerSecond }: Level): number => sum(Object.values(callsPerSecond));
const thousands = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ' ');

const columns: readonly { readonly title: string; readonly unit: string; readonly of: (level: Level) => number }[] = [
  { title: '`start`: p50', unit: ' ms', of: ({ startP50 }) => startP50 },
  { title: '`GET /v1/runs`: p50', unit: ' ms', of: ({ listP50 }) => listP50 },
  { title: '`?status=running`: p50', unit: ' ms', of: ({ listOpenP50 }) => listOpenP50 },
  { title: 'calls to Temporal', unit: '/s', of: callsOf },
  { title: 'memory of the API', unit: ' MB', of: ({ megabytes }) => megabytes },
];

/** A line for each level, and the factor between the first and the last. */
export function growthTable(levels: readonly Level[]): string {
  const lines = levels.map((level) => [
    thousands(level.open),
    ...columns.map(({ unit, of }) => `${short(of(level))}${unit}`),
  ]);
  const [first, last] = [levels[0], levels.at(-1)];
  if (first && last && first !== last)
    lines.push(['last / first', ...columns.map(({ of }) => (of(first) > 0 ? `${short(of(last) / of(first))}×` : ''))]);
  return markdownTable(['open runs', ...columns.map(({ title }) => title)], lines);
}

export type GrowthSetup = Setup & { readonly windowSeconds: number };

export const growthReport = (levels: readonly Level[], setup: GrowthSetup): string => `# Many open runs

\`${setup.command}\` on ${setup.date.slice(0, 10)}: ${describeSetup(setup)}. Load average before: ${setup.loadBefore.toFixed(1)}.

Goal: \`start\` and lists grow by at most ${flat}× from the first level to the last.

${growthTable(levels)}

Calls by method, per second:

${levels.map((level) => `- ${thousands(level.open)} open runs: ${methodsOf(level)}`).join('\n')}

## Method
- The runs are accepted by the API and started in Temporal, as any others. No worker polls, so that they stay open at the least cost.
  Opening them took ${levels.map(({ openedInSeconds }) => `${openedInSeconds.toFixed(0)} s`).join(', ')}.
- Then a new API without requests runs for ${setup.windowSeconds} s. Its calls to Temporal are counted in a proxy, and its memory is sampled. The reconciler checks a young
  run more often than an old one, so that the rate depends on the age of the runs.
- Then 1 caller starts and lists runs: medians of ${setup.rounds} turns, while the reconciler works.
`;

const methodsOf = ({ callsPerSecond }: Level): string =>
  Object.entries(callsPerSecond)
    .toSorted(([, one], [, other]) => other - one)
    .map(([method, rate]) => `${method} ${rate.toFixed(1)}`)
    .join(', ');
