import test from 'ava';
import { outcomeOf, Results } from './results.js';
import { type Row, rows } from './rows.js';

const row = (comparison: Row['comparison'], goal?: Row['goal']): Row => ({
  id: 'some',
  measure: 'start',
  what: 'some',
  unit: 'ms',
  comparison,
  ...(goal && { goal }),
});

test('computes ratios per round, before the median', (t) => {
  const { compared, atlas, bare } = outcomeOf(row('ratio'), [
    { atlas: 1, bare: 2 },
    { atlas: 30, bare: 10 },
    { atlas: 8, bare: 8 },
  ]);
  t.deepEqual(compared, { median: 1, min: 0.5, max: 3 });
  t.deepEqual([atlas.median, bare?.median], [8, 8]);
});

test('a difference is ATLAS minus bare', (t) => {
  t.is(outcomeOf(row('difference'), [{ atlas: 150, bare: 80 }]).compared.median, 70);
});

test('a row without a bare side has no comparison', (t) => {
  const { compared, bare } = outcomeOf(row('alone'), [{ atlas: 3 }]);
  t.is(compared.median, 3);
  t.is(bare, undefined);
});

test('throws if the bare side of a ratio is missing', (t) => {
  t.throws(() => outcomeOf(row('ratio'), [{ atlas: 3 }]), { instanceOf: RangeError });
});

for (const [goal, value, met] of [
  [{ atMost: 0.6 }, 0.6, true],
  [{ atMost: 0.6 }, 0.61, false],
  [{ atLeast: 1.5 }, 1.5, true],
  [{ atLeast: 1.5 }, 1.49, false],
  [undefined, 9, undefined],
] as const)
  test(`${value} ${met === undefined ? 'has no goal' : `${met ? 'meets' : 'misses'} ${JSON.stringify(goal)}`}`, (t) => {
    t.is(outcomeOf(row('ratio', goal), [{ atlas: value, bare: 1 }]).met, met);
  });

test('omits all rows of a failed measure', (t) => {
  const results = new Results();
  results.record('throughput', { atlas: 90, bare: 100 });
  results.record('get-run', { atlas: 9, bare: 10 });
  results.failures.set('throughput', 'answered with 503');
  t.deepEqual(
    results.outcomes().map((outcome) => outcome.row.id),
    ['get-run'],
  );
});

test('rejects a sample of an unknown row', (t) => {
  t.throws(() => new Results().record('nothing', { atlas: 1 }), { instanceOf: RangeError });
});

test('row ids are unique', (t) => {
  t.is(new Set(rows.map(({ id }) => id)).size, rows.length);
});
