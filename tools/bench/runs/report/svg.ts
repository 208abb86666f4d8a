import type { Outcome } from '../results.js';
import { compared, describeSetup, goalOf, type Setup } from './words.js';

const width = 1000;
const plot = { left: 380, right: 830 };
const rowHeight = 26;
const colours = { met: '#1a7f37', missed: '#c4320a', goal: '#57606a', grid: '#d8dee4', text: '#1f2328' };

/** Maps values to positions. */
interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
  readonly unit: string;
}

/**
 * Draws the comparisons: for each row the median, the spread as a bar and the goal as a line. Ratios have a logarithmic scale, so that 2×
 * and 0.5× are equally far from 1×; megabytes have a linear one.
 */
export function svgOf(outcomes: readonly Outcome[], setup: Setup): string {
  const panels: string[] = [];
  let top = 88;
  for (const [title, isRatio, scaleOf] of [
    ['ATLAS / bare', true, logarithmic],
    ['ATLAS − bare, in MB; growth: ATLAS alone', false, linear],
  ] as const) {
    const rows = outcomes.filter(({ row }) => row.goal && (row.comparison === 'ratio') === isRatio);
    if (rows.length === 0) continue;
    const values = rows.flatMap(({ row, compared: { min, max } }) => [min, max, goalValue(row.goal) ?? min]);
    panels.push(panel(title, rows, scaleOf(values), top));
    top += rows.length * rowHeight + 74;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img">
<title>Speed of runs: comparisons and goals</title>
<rect width="${width}" height="${top}" fill="#ffffff"/>
${[
  text(16, 28, 'Speed of runs: ATLAS compared with bare programs', 17, { 'font-weight': 600 }),
  text(16, 48, `${setup.date.slice(0, 10)}; rounds: ${setup.rounds}; ${describeSetup(setup)}`, 11),
  text(16, 66, '● met', 11, { fill: colours.met }),
  text(64, 66, '◆ missed', 11, { fill: colours.missed }),
  text(132, 66, '▏goal, shaded where met    ━ min–max of the rounds', 11, { fill: colours.goal }),
  ...panels,
].join('\n')}
</svg>
`;
}

const goalValue = (goal: Outcome['row']['goal']): number | undefined =>
  goal && ('atMost' in goal ? goal.atMost : goal.atLeast);

function panel(title: string, rows: readonly Outcome[], { at, ticks, unit }: Scale, top: number): string {
  const first = top + 26;
  const bottom = first + rows.length * rowHeight;
  const grid = ticks.map((tick) => {
    const bold = tick === 1 && unit === '×' ? { 'stroke-width': 2 } : {};
    const line = vertical(at(tick), first - 4, bottom, { stroke: colours.grid, ...bold });
    return line + text(at(tick), bottom + 15, `${tick}${unit}`, 11, { 'text-anchor': 'middle' });
  });
  const lines = rows.map((outcome, index) => rowOf(outcome, at, first + index * rowHeight + rowHeight / 2));
  return [text(16, top + 12, title, 13, { 'font-weight': 600 }), ...grid, ...lines].join('\n');
}

function rowOf({ row, compared: spread, met }: Outcome, at: Scale['at'], y: number): string {
  const fill = met ? colours.met : colours.missed;
  const [left, middle, right] = [round(at(spread.min)), round(at(spread.median)), round(at(spread.max))];
  const goal = at(goalValue(row.goal) ?? Number.NaN);
  const [from, to] = row.goal && 'atMost' in row.goal ? [plot.left, goal] : [goal, plot.right];
  const shade = { x: round(from), y: y - 10, width: round(to - from), height: 20, fill: colours.met };
  const bar = { stroke: fill, 'stroke-width': 5, 'stroke-opacity': 0.35, 'stroke-linecap': 'round' };
  return [
    text(plot.left - 12, y + 4, row.what.replaceAll('`', ''), 12, { 'text-anchor': 'end' }),
    `<rect ${attributes({ ...shade, 'fill-opacity': 0.08 })}/>${vertical(goal, y - 10, y + 10, { stroke: colours.goal, 'stroke-width': 2 })}`,
    `<line ${attributes({ x1: left, x2: right, y1: y, y2: y, ...bar })}/>`,
    met
      ? `<circle ${attributes({ cx: middle, cy: y, r: 5, fill })}/>`
      : `<path d="M${middle} ${y - 6.5} l6.5 6.5 l-6.5 6.5 l-6.5 -6.5 z" fill="${fill}"/>`,
    text(plot.right + 12, y + 4, `${compared(spread.median, row)}  (${goalOf(row)})`, 12, { fill }),
  ].join('\n');
}

/** A logarithmic scale; 0 is at the start of the plot. */
function logarithmic(values: readonly number[]): Scale {
  const smallest = Math.min(0.5, ...values.filter((value) => value > 0));
  const [low, high] = [Math.log2(smallest) - 0.2, Math.log2(Math.max(2, ...values)) + 0.2];
  const at = (value: number) => place((Math.log2(Math.max(value, smallest)) - low) / (high - low));
  return { at, ticks: range(Math.ceil(low), Math.floor(high), 1).map((power) => 2 ** power), unit: '×' };
}

function linear(values: readonly number[]): Scale {
  const step = 20;
  const low = Math.floor(Math.min(0, ...values) / step) * step;
  const high = Math.ceil((Math.max(step, ...values) + 1) / step) * step;
  return { at: (value) => place((value - low) / (high - low)), ticks: range(low, high, step), unit: '' };
}

const range = (low: number, high: number, step: number): number[] =>
  Array.from({ length: (high - low) / step + 1 }, (_, index) => low + index * step);

const place = (share: number): number => plot.left + share * (plot.right - plot.left);
const round = (value: number): string => value.toFixed(1);

type Attributes = Readonly<Record<string, string | number>>;
const attributes = (all: Attributes): string =>
  Object.entries(all)
    .map(([name, value]) => `${name}="${value}"`)
    .join(' ');

const vertical = (x: number, y1: number, y2: number, style: Attributes): string =>
  `<line ${attributes({ x1: round(x), x2: round(x), y1, y2, ...style })}/>`;

function text(x: number, y: number, content: string, size: number, style: Attributes = {}): string {
  const font = { 'font-family': 'system-ui, sans-serif', 'font-size': size, fill: colours.text };
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text ${attributes({ x: round(x), y, ...font, ...style })}>${escaped}</text>`;
}
