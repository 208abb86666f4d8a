import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { testProduct } from '../test-product.js';

let temporal: TestTemporal;
let batches: { runs: number; keys: number; auditEntries: number }[] = [];

test.before(async () => {
  temporal = await createTestTemporal();
  await temporal.startWorkers({ purgeBatch: async () => batches.shift() });
});
test.after.always(() => temporal?.close());

test('removes batch by batch until one is empty, and returns the sums', async (t) => {
  const empty = { runs: 0, keys: 0, auditEntries: 0 };
  batches = [{ runs: 3, keys: 2, auditEntries: 0 }, { ...empty, auditEntries: 4 }, empty, { ...empty, runs: 9 }];
  const workflowId = `purge-${randomUUID()}`;
  const purge = await temporal.client.workflow.start('purge-runs', {
    workflowId,
    taskQueue: testProduct.taskQueues.workflows,
  });
  t.deepEqual(await purge.result(), { runs: 3, keys: 2, auditEntries: 4 });
  t.is(batches.length, 1);
  await temporal.recordHistory(workflowId, 'completed');
});
