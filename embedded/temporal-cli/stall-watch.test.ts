import { once } from 'node:events';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { withStallWatch } from './stall-watch.js';
import { temporaryFolder } from './testing/fixture.js';

const untilAborted = async (signal: AbortSignal): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

test('work that brings no byte is given up', async (t) => {
  const folder = await temporaryFolder(t);
  const watch = { folder, stallMs: 300, signal: new AbortController().signal, onBytes: () => t.fail() };
  await t.throwsAsync(withStallWatch(watch, untilAborted), { message: 'no byte has arrived for 0.3 s, given up' });
});

test('work that brings a byte now and then is left alone, and its bytes are told', async (t) => {
  const folder = await temporaryFolder(t);
  const bytes: number[] = [];
  const watch = {
    folder,
    stallMs: 1000,
    signal: new AbortController().signal,
    onBytes: (size: number) => bytes.push(size),
  };
  await mkdir(join(folder, 'deeper'));
  const startedAt = performance.now();
  await withStallWatch(watch, async (signal) => {
    while (performance.now() - startedAt < 2500) {
      signal.throwIfAborted();
      await appendFile(join(folder, 'deeper', 'file'), 'x');
      // The rate of a slow network, not a wait for something.
      await delay(200);
    }
  });
  t.true(bytes.length > 1);
  t.deepEqual(
    bytes,
    bytes.toSorted((a, b) => a - b),
  );
});

test('an abort from outside reaches the work with its own reason', async (t) => {
  const folder = await temporaryFolder(t);
  const controller = new AbortController();
  const work = withStallWatch({ folder, stallMs: 10_000, signal: controller.signal, onBytes: () => {} }, untilAborted);
  controller.abort(new Error('enough'));
  await t.throwsAsync(work, { message: 'enough' });
});
