import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createHealthActivities } from '../../activities/health.js';
import { createScheduledRunActivities, type ScheduledRequest } from '../../activities/scheduled-runs.js';
import { healthCheck } from '../../workflows/health-check/definition.js';
import type { ScheduledStart } from '../../workflows/scheduled-run/workflow.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { testProduct } from '../test-product.js';

let temporal: TestTemporal;
const accepted: ScheduledRequest[] = [];
const runId = randomUUID();
/** Whether the run has ended, as its record says, look by look. */
let looks: boolean[] = [];

test.before(async () => {
  temporal = await createTestTemporal();
  const working = async () => ({});
  await temporal.startWorkers({
    ...createHealthActivities({ postgres: working, temporal: working, worker: working }),
    ...createScheduledRunActivities({
      accept: async (request) => {
        accepted.push(request);
        return { runId, workflowId: `health-check-${runId}` };
      },
      track: async () => looks.shift() ?? true,
    }),
  });
});
test.after.always(() => temporal?.close());

test('records a run, executes its workflow as a child, and ends when the end of the run is recorded', async (t) => {
  looks = [false, false, true];
  const start: ScheduledStart = {
    schedule: 'nightly',
    workflow: healthCheck.name,
    input: {},
    taskQueue: testProduct.taskQueues.workflows,
    executionTimeout: '1 minute',
  };
  const workflowId = `scheduled-${randomUUID()}`;
  const action = await temporal.client.workflow.start('scheduled-run', {
    workflowId,
    taskQueue: testProduct.taskQueues.workflows,
    args: [start],
  });
  t.deepEqual(await action.result(), { runId });
  t.like(accepted, {
    length: 1,
    0: { schedule: 'nightly', workflow: 'health-check', scheduledBy: action.firstExecutionRunId },
  });
  t.deepEqual(looks, [], 'it looked until the record had the end');
  const child = temporal.client.workflow.getHandle(`health-check-${runId}`);
  t.like(await child.describe(), { status: { name: 'COMPLETED' }, parentExecution: { workflowId } });
  await temporal.recordHistory(workflowId, 'completed');
});
