import type { Outcome } from '../results.js';
import type { Comparison } from '../rows.js';
import { compared, goalOf } from './numbers.js';
import { describeSetup, type Setup } from './setup.js';

const width = 1000;
const plot = { left: 380, right: 830 } as const;
const rowHeight = 26;
const font = 'font-family="system-ui, sans-serif"';
const colours = { met: '#1a7f37', missed: '#c4320a', goal: '#57606a', grid: '#d8dee4', text: '#1f2328' } as const;

/** Maps values to positions. */
interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/**
 * Draws the comparisons: for each row the median, the spread as a bar and the goal as a line. Ratios have a logarithmic scale, so that 2×
 * and 0.5× are equally far from 1×; megabytes have a linear one.
 */
export function svgOf(outcomes: readonly Outcome[], setup: Setup): string {
  const withGoal = outcomes.filter(({ row }) => row.goal !== undefined);
  const ratios = withGoal.filter(({ row }) => row.comparison === 'ratio');
  const sizes = withGoal.filter(({ row }) => row.comparison !== 'ratio');
  const panels: string[] = [];
  let top = 88;
  for (const [title, rows, scaleOf] of [
    ['ATLAS / bare', ratios, logarithmic],
    ['ATLAS − bare, in MB; growth: ATLAS alone', sizes, linear],
  ] as const) {
    if (rows.length === 0) continue;
    panels.push(panel(title, rows, scaleOf(rows.flatMap(valuesOf)), top));
    top += heightOf(rows) + 24;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img">`,
    `<title>Speed of runs: comparisons and goals</title>`,
    `<rect width="${width}" height="${top}" fill="#ffffff"/>`,
    text(16, 28, 'Speed of runs: ATLAS compared with bare programs', { size: 17, weight: 600 }),
    text(16, 48, `${setup.date.slice(0, 10)}; rounds: ${setup.rounds}; ${describeSetup(setup)}`, { size: 11 }),
    text(16, 66, '● met', { size: 11, colour: colours.met }),
    text(64, 66, '◆ missed', { size: 11, colour: colours.missed }),
    text(132, 66, '▏goal, shaded where met    ━ min–max of the rounds', { size: 11, colour: colours.goal }),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

const valuesOf = ({ row: { goal }, compared: { min, max } }: Outcome): number[] => [
  min,
  max,
  ...(goal ? ['atMost' in goal ? goal.atMost : goal.atLeast] : []),
];

const heightOf = (rows: readonly Outcome[]): number => rows.length * rowHeight + 50;

function panel(title: string, rows: readonly Outcome[], scale: Scale, top: number): string {
  const first = top + 26;
  const bottom = first + rows.length * rowHeight;
  const comparison: Comparison = rows[0]?.row.comparison === 'ratio' ? 'ratio' : 'alone';
  return [
    text(16, top + 12, title, { size: 13, weight: 600 }),
    ...scale.ticks.map(
      (tick) =>
        `<line x1="${round(scale.at(tick))}" x2="${round(scale.at(tick))}" y1="${first - 4}" y2="${bottom}" stroke="${colours.grid}"${tick === 1 && comparison === 'ratio' ? ' stroke-width="2"' : ''}/>${text(scale.at(tick), bottom + 15, comparison === 'ratio' ? `${tick}×` : String(tick), { size: 11, anchor: 'middle' })}`,
    ),
    ...rows.map((outcome, index) => line(outcome, scale, first + index * rowHeight + rowHeight / 2)),
  ].join('\n');
}

function line({ row, compared: spread, met }: Outcome, { at }: Scale, y: number): string {
  const colour = met ? colours.met : colours.missed;
  const { goal } = row;
  const [left, middle, right] = [at(spread.min), at(spread.median), at(spread.max)];
  const goalAt = goal && at('atMost' in goal ? goal.atMost : goal.atLeast);
  const [from, to] = goal && 'atMost' in goal ? [plot.left, goalAt ?? plot.left] : [goalAt ?? plot.right, plot.right];
  return [
    text(plot.left - 12, y + 4, row.what.replaceAll('`', ''), { size: 12, anchor: 'end' }),
    goalAt === undefined
      ? ''
      : `<rect x="${round(from)}" y="${y - 10}" width="${round(to - from)}" height="20" fill="${colours.met}" fill-opacity="0.08"/><line x1="${round(goalAt)}" x2="${round(goalAt)}" y1="${y - 10}" y2="${y + 10}" stroke="${colours.goal}" stroke-width="2"/>`,
    `<line x1="${round(left)}" x2="${round(right)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="5" stroke-opacity="0.35" stroke-linecap="round"/>`,
    met
      ? `<circle cx="${round(middle)}" cy="${y}" r="5" fill="${colour}"/>`
      : `<path d="M${round(middle)} ${y - 6.5} l6.5 6.5 l-6.5 6.5 l-6.5 -6.5 z" fill="${colour}"/>`,
    text(plot.right + 12, y + 4, `${compared(spread.median, row)}  (${goalOf(row)})`, { size: 12, colour }),
  ].join('\n');
}

/** A logarithmic scale; 0 is at the start of the plot. */
function logarithmic(values: readonly number[]): Scale {
  const smallest = Math.min(0.5, ...values.filter((value) => value > 0));
  const [low, high] = [Math.log2(smallest) - 0.2, Math.log2(Math.max(2, ...values)) + 0.2];
  const at = (value: number) => place((Math.log2(Math.max(value, smallest)) - low) / (high - low));
  const first = Math.ceil(low);
  return { at, ticks: Array.from({ length: Math.floor(high) - first + 1 }, (_, index) => 2 ** (first + index)) };
}

function linear(values: readonly number[]): Scale {
  const step = 20;
  const low = Math.floor(Math.min(0, ...values) / step) * step;
  const high = Math.ceil((Math.max(step, ...values) + 1) / step) * step;
  const ticks = Array.from({ length: (high - low) / step + 1 }, (_, index) => low + index * step);
  return { at: (value) => place((value - low) / (high - low)), ticks };
}

const place = (share: number): number => plot.left + share * (plot.right - plot.left);
const round = (value: number): string => value.toFixed(1);

interface TextStyle {
  readonly size: number;
  readonly weight?: number;
  readonly anchor?: 'end' | 'middle';
  readonly colour?: string;
}

const text = (x: number, y: number, content: string, { size, weight, anchor, colour = colours.text }: TextStyle) =>
  `<text x="${round(x)}" y="${y}" ${font} font-size="${size}" fill="${colour}"${weight ? ` font-weight="${weight}"` : ''}${anchor ? ` text-anchor="${anchor}"` : ''}>${escaped(content)}</text>`;

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
