import test from 'ava';
import { createRateMeter } from './rate-meter.js';

test('averages a steady rate', (t) => {
  let now = 0;
  const meter = createRateMeter(() => now);
  for (; now < 600_000; now += 100) meter.count();
  t.is(Math.round(meter.perSecond() * 10), 100);
});

test('forgets events of minutes ago', (t) => {
  let now = 0;
  const meter = createRateMeter(() => now);
  for (let event = 0; event < 600; event += 1) meter.count();
  t.is(Math.round(meter.perSecond()), 10);
  now = 60_000;
  t.is(Math.round(meter.perSecond() * 10), 37);
  now = 600_000;
  t.true(meter.perSecond() < 0.01);
});
