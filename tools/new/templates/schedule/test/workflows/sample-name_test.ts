import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { Activities } from '../../../../../../activities/index.js';
import { createTestTemporal, type TestTemporal } from '../../../../../../platform/testing/support/temporal.js';
import { sampleName } from '../../workflows/sample-name/definition.js';

let temporal: TestTemporal;

test.before(async () => {
  temporal = await createTestTemporal('product');
  // The activities that the workflow calls, without effects.
  await temporal.startWorkers<Activities>({});
});
test.after.always(() => temporal?.close());

test('returns the time', async (t) => {
  const workflowId = `sample-name-${randomUUID()}`;
  const outcome = await temporal.execute(sampleName, { workflowId, input: {}, waitMs: 60_000 });
  t.like(outcome, { status: 'completed' });
  await temporal.recordHistory(workflowId, 'completed');
});
