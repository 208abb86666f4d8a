import test from 'ava';
import { createRateLimit } from './rate-limit.js';

test('a tenth of a second of it may be done at once, then as much as the time allows', (t) => {
  let now = 0;
  const limit = createRateLimit(100, () => now);
  t.is(limit.allowed(), 10);
  limit.spend(10);
  t.is(limit.allowed(), 0);
  t.is(limit.untilAllowedMs(), 10);
  now = 10;
  t.is(limit.allowed(), 1);
  t.is(limit.untilAllowedMs(), 0);
  now = 60_000;
  t.is(limit.allowed(), 10, 'what was not done is not saved up');
});

test('one a second is one a second', (t) => {
  let now = 0;
  const limit = createRateLimit(1, () => now);
  limit.spend(limit.allowed());
  t.is(limit.untilAllowedMs(), 1000);
  now = 999;
  t.is(limit.allowed(), 0);
  now = 1000;
  t.is(limit.allowed(), 1);
});
