import test from 'ava';
import { createConcurrencyLimit } from './concurrency-limit.js';

/** The limit after these answers of a callee whose latency depends on its concurrent calls. */
function play(max: number, latencyOf: (calls: number) => number, answers = 2_400): number {
  const limit = createConcurrencyLimit(max);
  for (let answer = 0; answer < answers; answer += 1) limit.answered(latencyOf(limit.current()));
  return limit.current();
}

test('allows the maximum while latency stays the same', (t) => {
  t.is(
    play(16, () => 40),
    16,
  );
});

test('allows few calls if each waits for the others', (t) => {
  t.true(play(16, (calls) => 10 * calls) <= 3);
});

test('allows slightly more calls than the callee serves at a time', (t) => {
  const limit = play(16, (calls) => 10 * Math.max(1, calls / 3));
  t.true(limit >= 3 && limit <= 6, String(limit));
});

test('allows at least one call and at most the maximum', (t) => {
  t.is(
    play(1, () => 5),
    1,
  );
  let slower = 1;
  t.is(
    play(16, () => (slower *= 1.05), 300),
    1,
  );
});

test('adapts to a callee that has become slower for good', (t) => {
  const limit = createConcurrencyLimit(8);
  for (let answer = 0; answer < 100; answer += 1) limit.answered(10);
  t.is(limit.current(), 8);
  for (let answer = 0; answer < 100; answer += 1) limit.answered(100);
  t.is(limit.current(), 1);
  for (let answer = 0; answer < 1_000; answer += 1) limit.answered(100);
  t.is(limit.current(), 8);
});
