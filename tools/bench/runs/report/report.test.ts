import test from 'ava';
import { tableCells } from '../../table-cells.js';
import { type Outcome, outcomeOf, type Sample } from '../results.js';
import { rows } from '../rows.js';
import { jsonOf, markdownOf, tableOf } from './documents.js';
import { svgOf } from './svg.js';
import { type Setup, short } from './words.js';

const outcome = (id: string, samples: readonly Sample[]): Outcome => {
  const row = rows.find((it) => it.id === id);
  if (!row) throw new RangeError(id);
  return outcomeOf(row, samples);
};
const outcomes = [
  outcome('start-1-p50', [
    { atlas: 1, bare: 4 },
    { atlas: 2, bare: 4 },
    { atlas: 3, bare: 4 },
  ]),
  outcome('start-1-rate', [{ atlas: 1400, bare: 1000 }]),
  outcome('start-1-drain', [{ atlas: 0.25 }]),
  outcome('memory-idle', [{ atlas: 130, bare: 70 }]),
  outcome('memory-growth', [{ atlas: -3, bare: 1 }]),
];
const setup: Setup = {
  command: 'npm run bench',
  date: '2026-02-03T04:05:06.789Z',
  machine: { cores: 2, cpu: 'Some <fast> CPU', memoryGigabytes: 8 },
  versions: { PostgreSQL: '17.11' },
  loadBefore: 0.12,
  rounds: 3,
  seconds: 5,
};

test('the table shows both sides, the comparison with its spread, and whether it meets the goal', (t) => {
  t.deepEqual(tableCells(tableOf(outcomes)), [
    ['`start`, 1 caller: p50', '2.00 ms', '4.00 ms', '0.50×', '0.25× – 0.75×', '≤ 0.6×', 'met'],
    ['`start`, 1 caller: requests', '1400/s', '1000/s', '1.40×', '1.40× – 1.40×', '≥ 1.5×', '**missed**'],
    ['`start`, 1 caller: until the last accepted run was started', '0.25 s', '', '', '0.25 s – 0.25 s', '', ''],
    ['Memory of the API, idle', '130 MB', '70.0 MB', '+60.0 MB', '+60.0 MB – +60.0 MB', '≤ +80 MB', 'met'],
    [
      'Memory of the API, lowest: growth after 55 000 requests',
      ...['-3.00 MB', '1.00 MB', '', '-3.00 MB – -3.00 MB', '≤ 5 MB', 'met'],
    ],
  ]);
});

test('the report contains command, date, machine and failures', (t) => {
  const text = markdownOf(outcomes, new Map([['execute', 'answered with 503']]), setup);
  t.true(
    text.includes(
      '`npm run bench` on 2026-02-03: 2 cores (Some <fast> CPU), 8 GB, PostgreSQL 17.11. Load average before: 0.1.',
    ),
  );
  t.true(text.includes('`execute` failed: answered with 503'));
});

test('the JSON contains every round', (t) => {
  const { rows: written, failures, rounds } = JSON.parse(jsonOf(outcomes, new Map([['get', 'why']]), setup));
  t.deepEqual(
    written[0].samples.map(({ atlas }: Sample) => atlas),
    [1, 2, 3],
  );
  t.like(written[0], { id: 'start-1-p50', met: true, goal: { atMost: 0.6 }, compared: { median: 0.5 } });
  t.deepEqual([failures, rounds], [{ get: 'why' }, 3]);
});

/** Places of the shapes of one kind, from left to right. */
const numbers = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map(([, number]) => Number(number));

test('the chart places the mark of a met goal on the good side of its line', (t) => {
  const svg = svgOf(outcomes, setup);
  const [met, ...otherMet] = numbers(svg, /<circle cx="([\d.]+)"/g);
  const [missed, ...otherMissed] = numbers(svg, /<path d="M([\d.]+) /g);
  const goals = numbers(svg, /<line x1="([\d.]+)" [^>]*stroke="#57606a"/g);
  t.is(otherMet.length, 2);
  t.is(otherMissed.length, 0);
  t.is(goals.length, 4);
  t.true((met ?? Number.NaN) < (goals[0] ?? Number.NaN));
  t.true((missed ?? Number.NaN) < (goals[1] ?? Number.NaN));
});

test('0.5× and 2× are equally far from 1× in the chart', (t) => {
  const svg = svgOf(outcomes, setup);
  const at = (tick: string) => numbers(svg, new RegExp(`<text x="([\\d.]+)"[^>]*>${tick}×<`, 'g'))[0] ?? Number.NaN;
  t.true(Math.abs(at('1') - at('0.5') - (at('2') - at('1'))) < 0.2);
});

test('the chart stays within its frame and escapes its texts', (t) => {
  const svg = svgOf(outcomes, setup);
  for (const x of numbers(svg, /(?:x1|x2|cx|x)="(-?[\d.]+)"/g)) t.true(x >= 0 && x <= 1000, String(x));
  t.true(svg.includes('Some &lt;fast&gt; CPU'));
});

test('draws an empty chart', (t) => {
  t.regex(svgOf([], setup), /^<svg [\s\S]*<\/svg>\n$/);
});

for (const [value, text] of [
  [1234.5, '1235'],
  [99.94, '99.9'],
  [9.999, '10.00'],
  [0.123, '0.12'],
  [-12.34, '-12.3'],
] as const)
  test(`formats ${value} as ${text}`, (t) => t.is(short(value), text));
