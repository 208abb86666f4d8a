import test from 'ava';
import { createConcurrencyLimit } from './concurrency-limit.js';

/** Plays so many answers of a callee whose latency depends on how many calls it has. */
function play(most: number, latencyOf: (calls: number) => number, answers = 2_400): number {
  const limit = createConcurrencyLimit(most);
  for (let answer = 0; answer < answers; answer += 1) limit.answered(latencyOf(limit.current()));
  return limit.current();
}

test('where more calls do not take longer, there are as many as allowed', (t) => {
  t.is(
    play(16, () => 40),
    16,
  );
});

test('where each call waits for the others, there are few', (t) => {
  t.true(play(16, (calls) => 10 * calls) <= 3);
});

test('where three can be served at a time, there are some more than three', (t) => {
  const limit = play(16, (calls) => 10 * Math.max(1, calls / 3));
  t.true(limit >= 3 && limit <= 6, String(limit));
});

test('there is always one, and never more than allowed', (t) => {
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

test('a callee that has become slower for good is at leisure at its new pace in the end', (t) => {
  const limit = createConcurrencyLimit(8);
  for (let answer = 0; answer < 100; answer += 1) limit.answered(10);
  t.is(limit.current(), 8);
  for (let answer = 0; answer < 100; answer += 1) limit.answered(100);
  t.is(limit.current(), 1);
  for (let answer = 0; answer < 1_000; answer += 1) limit.answered(100);
  t.is(limit.current(), 8);
});
