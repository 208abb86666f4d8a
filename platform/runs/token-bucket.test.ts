import test from 'ava';
import { createTokenBucket } from './token-bucket.js';

test('allows a tenth of the rate at once, then the rate', (t) => {
  let now = 0;
  const bucket = createTokenBucket(100, () => now);
  t.is(bucket.available(), 10);
  bucket.spend(10);
  t.is(bucket.available(), 0);
  t.is(bucket.untilAvailableMs(), 10);
  now = 10;
  t.is(bucket.available(), 1);
  t.is(bucket.untilAvailableMs(), 0);
  now = 60_000;
  t.is(bucket.available(), 10, 'unused tokens are not saved');
});

test('allows one per second', (t) => {
  let now = 0;
  const bucket = createTokenBucket(1, () => now);
  bucket.spend(bucket.available());
  t.is(bucket.untilAvailableMs(), 1000);
  now = 999;
  t.is(bucket.available(), 0);
  now = 1000;
  t.is(bucket.available(), 1);
});
