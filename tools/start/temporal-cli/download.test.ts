import { EventEmitter, once } from 'node:events';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { withStallWatch } from './download.js';
import { temporaryFolder } from './testing/fixture.js';

const untilAborted = async (signal: AbortSignal): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

test.serial('aborts work without new bytes', async (t) => {
  const folder = await temporaryFolder(t);
  const watch = { folder, stallMs: 300, signal: new AbortController().signal, onBytes: () => t.fail() };
  await t.throwsAsync(withStallWatch(watch, untilAborted), { message: 'no new bytes for 0.3 s' });
});

test.serial('does not abort slow work, and reports its bytes', async (t) => {
  const folder = await temporaryFolder(t);
  // A fake clock, so that the result does not depend on the load: each byte comes after 90 % of the limit.
  let now = performance.now();
  const real = performance.now;
  performance.now = () => now;
  t.teardown(() => {
    performance.now = real;
  });
  const bytes: number[] = [];
  const events = new EventEmitter();
  const watch = {
    folder,
    stallMs: 1000,
    signal: new AbortController().signal,
    onBytes: (size: number) => {
      bytes.push(size);
      events.emit('bytes');
    },
  };
  await mkdir(join(folder, 'deeper'));
  await withStallWatch(watch, async (signal) => {
    for (let byte = 0; byte < 5; byte++) {
      signal.throwIfAborted();
      now += 900;
      const next = once(events, 'bytes', { signal });
      await appendFile(join(folder, 'deeper', 'file'), 'x');
      await next;
    }
  });
  t.deepEqual(bytes, [1, 2, 3, 4, 5]);
});

test.serial('passes an abort on with its reason', async (t) => {
  const folder = await temporaryFolder(t);
  const controller = new AbortController();
  const work = withStallWatch({ folder, stallMs: 10_000, signal: controller.signal, onBytes: () => {} }, untilAborted);
  controller.abort(new Error('enough'));
  await t.throwsAsync(work, { message: 'enough' });
});
