import test from 'ava';
import type { Caller } from './caller.js';
import type { Run, RunStatus } from './run.js';
import { createRunLookup } from './run-lookup.js';

const ada: Caller = { name: 'ada', seesAll: false, origin: {} };

/** A run with these statuses, one per look; the dispatcher of this process reports these attempts to start it. */
function lookupOf(statuses: readonly RunStatus[], attempts: readonly boolean[]) {
  const looks = [...statuses];
  const reports = [...attempts];
  return createRunLookup({
    repository: {
      find: async () => ({ id: '1', caller: 'ada', status: looks.length > 1 ? looks.shift() : looks[0] }) as Run,
    },
    dispatcher: {
      waitForStart: (_, waitMs) =>
        reports.length > 0
          ? Promise.resolve(reports.shift() as boolean)
          : new Promise((resolve) => setTimeout(resolve, waitMs, false)),
    },
  });
}

test('finds a run as running as soon as this process has started it', async (t) => {
  t.like(await lookupOf(['pending'], [true]).findStarted(ada, '1'), { status: 'running' });
});

test('finds a run that another process has started', async (t) => {
  t.like(await lookupOf(['pending', 'pending', 'completed'], [false, false]).findStarted(ada, '1'), {
    status: 'completed',
  });
});

test('throws RunPending if the start takes longer than a second', async (t) => {
  await t.throwsAsync(lookupOf(['pending'], []).findStarted(ada, '1'), { code: 'run-pending' });
});

test('checks the request before it waits', async (t) => {
  const check = () => {
    throw new Error('invalid');
  };
  await t.throwsAsync(lookupOf(['pending'], []).findStarted(ada, '1', check), { message: 'invalid' });
});

test('ends the wait when the caller leaves', async (t) => {
  const lookup = lookupOf(['pending'], []);
  const { status } = await lookup.waitForStart(
    await lookup.find('1'),
    performance.now() + 60_000,
    AbortSignal.timeout(10),
  );
  t.is(status, 'pending');
});
