import test from 'ava';
import { taskQueues } from '../../config/names.js';
import { ensurePurgeSchedule, purgeScheduleId } from '../../temporal/purge-schedule.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
test.before(async () => {
  temporal = await createTestTemporal();
});
test.after.always(() => temporal?.close());

const ensure = (everyMinutes: number) =>
  ensurePurgeSchedule(temporal.client, { taskQueue: taskQueues.workflows, everyMinutes, callTimeoutMs: 5_000 });

test.serial('many workers make one schedule, and the last one says how often', async (t) => {
  await Promise.all([ensure(60), ensure(60), ensure(60)]);
  await ensure(5);
  const { spec, action } = await temporal.client.schedule.getHandle(purgeScheduleId).describe();
  t.deepEqual(
    spec.intervals?.map(({ every }) => every),
    [300_000],
  );
  t.like(action, { workflowType: 'purge-runs', taskQueue: taskQueues.workflows });
});

test.serial('one that was paused stays paused', async (t) => {
  await ensure(60);
  const schedule = temporal.client.schedule.getHandle(purgeScheduleId);
  await schedule.pause('by hand');
  await ensure(60);
  t.true((await schedule.describe()).state.paused);
});

test.serial('it removes batch after batch until nothing is left', async (t) => {
  const batches = [
    { runs: 500, keys: 500 },
    { runs: 0, keys: 20 },
    { runs: 0, keys: 0 },
  ];
  await temporal.startWorkers({
    purgeBatch: async () => batches.shift() ?? Promise.reject(new Error('nothing is left')),
  });
  await ensure(60);
  await temporal.client.schedule.getHandle(purgeScheduleId).trigger();
  const deadline = Date.now() + 20_000;
  const { client } = temporal;
  for (;;) {
    const { info } = await client.schedule.getHandle(purgeScheduleId).describe();
    const workflow = info.recentActions.at(-1)?.action.workflow;
    if (workflow) {
      const handle = client.workflow.getHandle(workflow.workflowId, workflow.firstExecutionRunId);
      t.deepEqual(await handle.result(), { runs: 500, keys: 520 });
      return;
    }
    if (Date.now() > deadline) throw new Error('the schedule started nothing');
  }
});
