import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { Closing } from '../../runs/outcome-recorder.js';
import { delegate } from '../fixtures/definitions.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
const closings: string[] = [];

test.before(async () => {
  temporal = await createTestTemporal();
  const note = ({ workflowId }: Closing) => closings.push(workflowId);
  await temporal.startWorkers({}, { WORKER_TASK_QUEUES: ['workflows'] }, { note, flush: async () => {} });
});
test.after.always(() => temporal?.close());

test('reports the closing of a run, and of none of its children, even if their ids end with the id of the run', async (t) => {
  const workflowId = `delegate-${randomUUID()}`;
  const outcome = await temporal.execute(delegate, { workflowId, input: { count: 2 }, waitMs: 60_000 });
  t.like(outcome, { status: 'completed' });
  t.deepEqual(closings, [workflowId]);
});
