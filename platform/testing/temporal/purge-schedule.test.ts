import test from 'ava';
import { createCall } from '../../temporal/errors.js';
import { purgeSchedule, purgeScheduleId } from '../../temporal/purge-schedule.js';
import { applySchedules } from '../../temporal/schedules.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { testProduct } from '../test-product.js';

let temporal: TestTemporal;
test.before(async () => {
  temporal = await createTestTemporal();
});
test.after.always(() => temporal?.close());

const ensure = (everyMinutes: number) =>
  applySchedules(
    {
      client: temporal.client,
      call: createCall(temporal.client.connection, 30_000),
      product: testProduct,
      logger: { info: () => {} },
    },
    [purgeSchedule({ taskQueue: testProduct.taskQueues.workflows, everyMinutes })],
  );

/** Temporal's description of the schedule may be slightly outdated. */
const describe = () => temporal.client.schedule.getHandle(purgeScheduleId).describe();
const everyMs = async () => (await describe()).spec.intervals?.[0]?.every;

test.serial('creates one schedule for many workers, with the interval of the last one', async (t) => {
  await Promise.all([ensure(60), ensure(60), ensure(60)]);
  await ensure(5);
  await until('the new interval', async () => (await everyMs()) === 300_000);
  t.like((await describe()).action, { workflowType: 'purge-runs', taskQueue: testProduct.taskQueues.workflows });
});

test.serial('changes a schedule of a version that did not mark it', async (t) => {
  await temporal.client.schedule.getHandle(purgeScheduleId).delete();
  const { taskQueues } = testProduct;
  await until('the schedule is gone and created anew', () =>
    temporal.client.schedule.create(purgeSchedule({ taskQueue: taskQueues.workflows, everyMinutes: 60 })).then(
      () => true,
      () => false,
    ),
  );
  await ensure(6);
  await until('the new interval', async () => (await everyMs()) === 360_000);
  t.pass();
});

test.serial('keeps a paused schedule paused when its interval changes', async (t) => {
  await ensure(60);
  await until('the interval', async () => (await everyMs()) === 3_600_000);
  await temporal.client.schedule.getHandle(purgeScheduleId).pause('by hand');
  await until('the pause', async () => (await describe()).state.paused);
  await ensure(60);
  await ensure(7);
  await until('the new interval', async () => (await everyMs()) === 420_000);
  t.true((await describe()).state.paused);
});

test.serial('removes batch after batch until nothing is left', async (t) => {
  const batches = [
    { runs: 500, keys: 500, auditEntries: 0 },
    { runs: 0, keys: 20, auditEntries: 3 },
    { runs: 0, keys: 0, auditEntries: 0 },
  ];
  await temporal.startWorkers({
    purgeBatch: async () => batches.shift() ?? Promise.reject(new Error('nothing is left')),
  });
  await ensure(60);
  await temporal.client.schedule.getHandle(purgeScheduleId).trigger();
  const deadline = Date.now() + 60_000;
  const { client } = temporal;
  for (;;) {
    const { info } = await client.schedule.getHandle(purgeScheduleId).describe();
    const workflow = info.recentActions.at(-1)?.action.workflow;
    if (workflow) {
      const handle = client.workflow.getHandle(workflow.workflowId, workflow.firstExecutionRunId);
      t.deepEqual(await handle.result(), { runs: 500, keys: 520, auditEntries: 3 });
      return;
    }
    if (Date.now() > deadline) throw new Error('the schedule started nothing');
  }
});
