import test from 'ava';
import { retryAfterMs } from './retry-after.js';

const of = (value: string) => retryAfterMs(new Headers({ 'Retry-After': value }));

test('reads seconds', (t) => {
  t.is(of('0'), 0);
  t.is(of(' 120 '), 120_000);
});

test('reads an HTTP date as the time until it, and 0 in the past', (t) => {
  const inTenSeconds = of(new Date(Date.now() + 10_000).toUTCString()) ?? 0;
  t.true(inTenSeconds > 8_000 && inTenSeconds <= 10_000, String(inTenSeconds));
  t.is(of('Sun, 06 Nov 1994 08:49:37 GMT'), 0);
});

test('ignores other values', (t) => {
  for (const value of ['', 'soon', '-1', '1.5', '2026'])
    t.is(of(value), value === '2026' ? 2_026_000 : undefined, value);
  t.is(retryAfterMs(new Headers()), undefined);
});
