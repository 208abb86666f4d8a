import test from 'ava';
import { percentileOf, spreadOf } from './statistics.js';

for (const [values, median] of [
  [[3], 3],
  [[9, 1, 5], 5],
  [[100, 2, 4, 1], 3],
] as const)
  test(`the median of ${values.join(', ')} is ${median}`, (t) =>
    t.deepEqual(spreadOf(values), { median, min: Math.min(...values), max: Math.max(...values) }));

const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);

for (const [share, value] of [
  [0.5, 50],
  [0.99, 99],
  [0.991, 100],
  [1, 100],
] as const)
  test(`percentile ${share * 100} of 1 to 100 is ${value}`, (t) => t.is(percentileOf(hundred, share), value));

test('every percentile of a single value is that value', (t) => {
  t.deepEqual(
    [0.001, 0.5, 0.99].map((share) => percentileOf([7], share)),
    [7, 7, 7],
  );
});

test('throws without values', (t) => {
  t.throws(() => spreadOf([]), { instanceOf: RangeError });
  t.throws(() => percentileOf([], 0.5), { instanceOf: RangeError });
});
