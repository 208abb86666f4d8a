import { EventEmitter, once } from 'node:events';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { withStallWatch } from './stall-watch.js';
import { temporaryFolder } from './testing/fixture.js';

const untilAborted = async (signal: AbortSignal): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

test.serial('work that brings no byte is given up', async (t) => {
  const folder = await temporaryFolder(t);
  const watch = { folder, stallMs: 300, signal: new AbortController().signal, onBytes: () => t.fail() };
  await t.throwsAsync(withStallWatch(watch, untilAborted), { message: 'no byte has arrived for 0.3 s, given up' });
});

test.serial('work that brings a byte now and then is left alone, and its bytes are told', async (t) => {
  const folder = await temporaryFolder(t);
  // A clock of its own: however busy the machine is, the next byte comes after nine tenths of what is borne.
  let now = performance.now();
  const real = performance.now;
  performance.now = () => now;
  t.teardown(() => {
    performance.now = real;
  });
  const bytes: number[] = [];
  const told = new EventEmitter();
  const watch = {
    folder,
    stallMs: 1000,
    signal: new AbortController().signal,
    onBytes: (size: number) => {
      bytes.push(size);
      told.emit('bytes');
    },
  };
  await mkdir(join(folder, 'deeper'));
  await withStallWatch(watch, async (signal) => {
    for (let byte = 0; byte < 5; byte++) {
      signal.throwIfAborted();
      now += 900;
      const next = once(told, 'bytes', { signal });
      await appendFile(join(folder, 'deeper', 'file'), 'x');
      await next;
    }
  });
  t.deepEqual(bytes, [1, 2, 3, 4, 5]);
});

test.serial('an abort from outside reaches the work with its own reason', async (t) => {
  const folder = await temporaryFolder(t);
  const controller = new AbortController();
  const work = withStallWatch({ folder, stallMs: 10_000, signal: controller.signal, onBytes: () => {} }, untilAborted);
  controller.abort(new Error('enough'));
  await t.throwsAsync(work, { message: 'enough' });
});
