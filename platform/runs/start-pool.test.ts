import test from 'ava';
import type { Run } from './run.js';
import { createStartPool, type PlannedStart } from './start-pool.js';

const planned = (id: string): PlannedStart => ({ run: { id } as Run, attempts: 0, askedAt: 0, fromBacklog: true });

/** A pool whose starts end when the test ends them. */
function poolOf(slots: number) {
  const inFlight = new Map<string, () => void>();
  let freed = 0;
  const pool = createStartPool({
    limit: { current: () => slots },
    attempt: ({ run }) => new Promise((resolve) => inFlight.set(run.id, resolve)),
    onFree: () => {
      freed += 1;
    },
  });
  const end = async (id: string) => {
    inFlight.get(id)?.();
    inFlight.delete(id);
    await new Promise(setImmediate);
  };
  return { pool, end, started: () => [...inFlight.keys()], freed: () => freed };
}

test('starts as many runs at a time as the limit allows, in order', async (t) => {
  const { pool, end, started } = poolOf(2);
  pool.enqueue(['a', 'b', 'c', 'd'].map(planned));
  t.deepEqual(started(), ['a', 'b']);
  await end('a');
  t.deepEqual(started(), ['b', 'c']);
  await end('b');
  await end('c');
  t.deepEqual(started(), ['d']);
  t.is(pool.size(), 1);
});

test('reserves a slot until it is released or its start has ended', async (t) => {
  const { pool, end, freed } = poolOf(2);
  const [one, other] = [pool.reserve(), pool.reserve()];
  t.is(pool.reserve(), undefined);
  one?.release();
  other?.start({ id: 'a' } as Run);
  t.is(freed(), 1);
  await end('a');
  t.is(freed(), 2);
  t.is(pool.size(), 0);
});

test('gives a released slot to a queued start first', (t) => {
  const { pool, started } = poolOf(1);
  const slot = pool.reserve();
  pool.enqueue([planned('a')]);
  t.deepEqual(started(), []);
  slot?.release();
  t.deepEqual(started(), ['a']);
  t.is(pool.reserve(), undefined);
});

test('has room for as many queued starts as there are slots', (t) => {
  const { pool } = poolOf(2);
  t.is(pool.room(), 4);
  pool.enqueue(['a', 'b'].map(planned));
  t.true(pool.hasRoomForBatch());
  pool.enqueue([planned('c')]);
  t.is(pool.room(), 1);
  t.false(pool.hasRoomForBatch());
});

test('returns the queued starts when it is cleared, and waits for those in flight', async (t) => {
  const { pool, end } = poolOf(1);
  pool.enqueue(['a', 'b'].map(planned));
  t.deepEqual(
    pool.clear().map(({ run }) => run.id),
    ['b'],
  );
  let isIdle = false;
  const idle = pool.idle().then(() => {
    isIdle = true;
  });
  await new Promise(setImmediate);
  t.false(isIdle);
  await end('a');
  await idle;
  t.is(pool.size(), 0);
});
