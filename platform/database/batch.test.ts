import test from 'ava';
import { type BatchOptions, batched } from './batch.js';

const options: BatchOptions<string> = {
  concurrency: 1,
  maxItems: 3,
  maxWeight: 100,
  weightOf: (item) => item.length,
  keyOf: (item) => (item.startsWith('=') ? item : undefined),
  isItemError: (error) => (error as Error).message === 'one of them',
};

/** A batched write, and the batches that it has written. */
function recorded(overrides: Partial<BatchOptions<string>> = {}, fail: (batch: readonly string[]) => void = () => {}) {
  const batches: (readonly string[])[] = [];
  const submit = batched(
    async (items: readonly string[]) => {
      batches.push(items);
      await Promise.resolve();
      fail(items);
      return items.map((item) => item.toUpperCase());
    },
    { ...options, ...overrides },
  );
  return { batches, submit };
}

test('writes the first item at once and the items that arrive meanwhile in batches', async (t) => {
  const { batches, submit } = recorded();
  t.deepEqual(await Promise.all(['a', 'b', 'c', 'd', 'e'].map(submit)), ['A', 'B', 'C', 'D', 'E']);
  t.deepEqual(batches, [['a'], ['b', 'c', 'd'], ['e']]);
});

test('puts items with the same key into different batches', async (t) => {
  const { batches, submit } = recorded();
  await Promise.all(['a', '=x', '=x', 'b'].map(submit));
  t.deepEqual(batches, [['a'], ['=x', 'b'], ['=x']]);
});

test('writes an item that exceeds the maximum weight alone', async (t) => {
  const { batches, submit } = recorded({ maxWeight: 5 });
  await Promise.all(['a', 'bb', 'cccc', 'dddddddd', 'e'].map(submit));
  t.deepEqual(batches, [['a'], ['bb', 'e'], ['cccc'], ['dddddddd']]);
});

test('retries a batch item by item when a single item caused the error', async (t) => {
  const { batches, submit } = recorded({}, (batch) => {
    if (batch.includes('bad')) throw new Error('one of them');
  });
  const results = await Promise.allSettled(['a', 'b', 'bad', 'c'].map(submit));
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  t.deepEqual(batches, [['a'], ['b', 'bad', 'c'], ['b'], ['bad'], ['c']]);
});

test('fails the whole batch on any other error, and still writes later batches', async (t) => {
  let down = true;
  const { submit } = recorded({}, (batch) => {
    if (batch.includes('b') && down) throw new Error('down');
  });
  const results = await Promise.allSettled(['a', 'b', 'c'].map(submit));
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected'],
  );
  down = false;
  t.is(await submit('b'), 'B');
});
