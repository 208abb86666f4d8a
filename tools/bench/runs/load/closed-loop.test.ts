import test from 'ava';
import { closedLoop } from './closed-loop.js';

/** A clock on which a call takes the time that `durationOf` says, in milliseconds, and nothing else takes any. */
function calls(durationOf: (call: number) => number) {
  const taken = { calls: 0, now: 0 };
  const call = async () => {
    taken.calls += 1;
    taken.now += durationOf(taken.calls);
  };
  return { taken, call, now: () => taken.now };
}

test('keeps one request of each caller in flight', async (t) => {
  const open = new Set<number>();
  let most = 0;
  await closedLoop({ callers: 4, leadSeconds: 0, seconds: 60, mostRequests: 40 }, async (caller) => {
    t.false(open.has(caller));
    open.add(caller);
    most = Math.max(most, open.size);
    await new Promise(setImmediate);
    open.delete(caller);
  });
  t.is(most, 4);
});

test('computes percentiles in fractions of a millisecond', async (t) => {
  const { call, now } = calls((number) => (number % 50 === 0 ? 50.5 : 1.25));
  const result = await closedLoop({ callers: 1, leadSeconds: 0, seconds: 1 }, call, now);
  t.is(result.p50, 1.25);
  t.is(result.p99, 50.5);
});

test('a load without slow requests has no slow percentile', async (t) => {
  const { call, now } = calls(() => 2.5);
  const result = await closedLoop({ callers: 1, leadSeconds: 0, seconds: 1 }, call, now);
  t.like(result, { answered: 400, counted: 400, p50: 2.5, p99: 2.5, perSecond: 400 });
});

test('does not measure requests of the lead time', async (t) => {
  const { call, now } = calls((number) => (number <= 2 ? 50 : 10));
  const result = await closedLoop({ callers: 1, leadSeconds: 0.1, seconds: 1 }, call, now);
  t.like(result, { answered: 102, counted: 100, p99: 10 });
});

test('counts late answers in the percentiles, but not in the rate', async (t) => {
  const { call, now } = calls(() => 400);
  const result = await closedLoop({ callers: 1, leadSeconds: 0, seconds: 1 }, call, now);
  t.like(result, { answered: 3, counted: 3, p99: 400, perSecond: 2 });
});

test('stops at the maximum of requests, and measures until the last one', async (t) => {
  const { taken, call, now } = calls(() => 10);
  const result = await closedLoop({ callers: 1, leadSeconds: 0, seconds: 60, mostRequests: 101 }, call, now);
  t.is(taken.calls, 101);
  t.like(result, { answered: 101, perSecond: 100 });
});

test('concurrent callers do not exceed the maximum of requests', async (t) => {
  let sent = 0;
  const { answered } = await closedLoop({ callers: 8, leadSeconds: 0, seconds: 60, mostRequests: 100 }, async () => {
    sent += 1;
    await new Promise(setImmediate);
  });
  t.deepEqual([sent, answered], [100, 100]);
});

test('a failed call ends the load for all callers', async (t) => {
  let sent = 0;
  const load = closedLoop({ callers: 3, leadSeconds: 0, seconds: 60 }, async () => {
    sent += 1;
    if (sent === 20) throw new Error('answered with 503');
    await new Promise(setImmediate);
  });
  await t.throwsAsync(load, { message: 'answered with 503' });
  t.true(sent <= 22, `${sent} calls`);
});

test('throws if nothing was measured', async (t) => {
  const { call, now } = calls(() => 50);
  const load = closedLoop({ callers: 1, leadSeconds: 0.01, seconds: 0.01 }, call, now);
  await t.throwsAsync(load, { code: 'nothing-measured' });
});
