import { randomUUID } from 'node:crypto';
import test from 'ava';
import { countDown, delegate } from '../fixtures/definitions.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;

test.before(async () => {
  temporal = await createTestTemporal();
  await temporal.startWorkers({}, { WORKER_TASK_QUEUES: ['workflows'] });
});
test.after.always(() => temporal?.close());

test('a child has the id of its run, the input and the time limit of its definition', async (t) => {
  const runId = randomUUID();
  const run = { workflowId: `delegate-${runId}`, input: { count: 2 } };
  const outcome = await temporal.execute(delegate, { ...run, waitMs: 60_000 });
  t.deepEqual(outcome, { status: 'completed', result: { sum: 3 } });
  const { events } = await temporal.client.workflow.getHandle(run.workflowId).fetchHistory();
  const child = events?.find(
    (event) => event.startChildWorkflowExecutionInitiatedEventAttributes,
  )?.startChildWorkflowExecutionInitiatedEventAttributes;
  t.is(child?.workflowType?.name, countDown.name);
  t.is(child?.workflowId, `child-${runId}`);
  t.is(child?.workflowExecutionTimeout?.seconds?.toString(), '600');
});
