import { randomUUID } from 'node:crypto';
import { activityInfo, cancelled } from '@temporalio/activity';
import test from 'ava';
import { hello } from '../fixtures/definitions.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
test.beforeEach(async () => {
  temporal = await createTestTemporal();
});
test.afterEach.always(() => temporal?.close());

/** A promise, and the function that resolves it. */
function signal() {
  let fulfil = () => {};
  const promise = new Promise<void>((resolve) => {
    fulfil = resolve;
  });
  return { promise, fulfil };
}

const begin = () => {
  const workflowId = `hello-${randomUUID()}`;
  return temporal.engine.start(hello, { workflowId, input: { name: 'Ada' } }).then(() => workflowId);
};

test.serial('completes a running activity within the grace time of the shutdown', async (t) => {
  const [begun, release] = [signal(), signal()];
  const stop = await temporal.startWorkers(
    {
      composeGreeting: async () => {
        begun.fulfil();
        await release.promise;
        return 'ended in peace';
      },
    },
    { WORKER_SHUTDOWN_GRACE_MS: 20_000 },
  );
  const workflowId = await begin();
  await begun.promise;
  const stopped = stop();
  release.fulfil();
  await stopped;
  // The next worker finds the result and does not repeat the activity.
  await temporal.startWorkers({ composeGreeting: async () => 'done again' });
  t.deepEqual(await temporal.engine.result(workflowId, 60_000), {
    status: 'completed',
    result: { greeting: 'ended in peace' },
  });
});

test.serial('cancels an activity after the grace time, and another worker repeats it', async (t) => {
  const begun = signal();
  const stop = await temporal.startWorkers(
    {
      composeGreeting: async () => {
        begun.fulfil();
        return (await cancelled()) as never;
      },
    },
    { WORKER_SHUTDOWN_GRACE_MS: 100 },
  );
  const workflowId = await begin();
  await begun.promise;
  await stop();
  await temporal.startWorkers({ composeGreeting: async () => `attempt ${activityInfo().attempt}` });
  t.like(await temporal.engine.result(workflowId, 60_000), {
    status: 'completed',
    result: { greeting: 'attempt 2' },
  });
});
