import test from 'ava';
import { createReconcilerEngine, type ReconcilerEngine } from './reconciler-engine.js';

const instant: ReconcilerEngine = {
  describe: async () => undefined,
  result: async () => undefined,
  listRunning: async () => new Set<string>(),
  endedFromOutside: async () => ({ ended: [], next: undefined }),
};
const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

test('limits all calls together', async (t) => {
  const { engine, load } = createReconcilerEngine(instant, 50);
  const ms = await msOf(() =>
    Promise.all([times(10, () => engine.describe('hello-1')), times(10, () => engine.result('hello-1', 1))]),
  );
  // The first 5 are made at once.
  t.true(ms >= 290, `${ms} ms`);
  t.is(load.limit, 50);
  t.is(Math.round(load.callsPerSecond() * 60), 20);
});

test('makes at most two lists per second, whatever the limit', async (t) => {
  const { engine } = createReconcilerEngine(instant, 1_000);
  const ms = await msOf(() =>
    Promise.all([times(2, () => engine.listRunning([])), times(1, () => engine.endedFromOutside([], new Date()))]),
  );
  t.true(ms >= 990, `${ms} ms`);
});

test('lists do not exceed a lower limit', async (t) => {
  const { engine } = createReconcilerEngine(instant, 1);
  const ms = await msOf(() => times(2, () => engine.listRunning([])));
  t.true(ms >= 990, `${ms} ms`);
});
