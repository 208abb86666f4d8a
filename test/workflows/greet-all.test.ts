import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import test from 'ava';
import type { Activities } from '../../activities/index.js';
import { createTestTemporal, type TestTemporal } from '../../platform/testing/support/temporal.js';
import { greetAll } from '../../workflows/greet-all/definition.js';

let temporal: TestTemporal;
const greeted: string[] = [];

test.before(async () => {
  temporal = await createTestTemporal('product');
  await temporal.startWorkers<Activities>({
    composeGreeting: async ({ name }) => {
      if (name === 'Nobody') throw ApplicationFailure.nonRetryable('Nobody is here', 'nobody');
      greeted.push(name);
      return `Hello, ${name}!`;
    },
  });
});
test.after.always(() => temporal?.close());

test.serial('greets everyone once, in children, continuing as new after each batch', async (t) => {
  const runId = randomUUID();
  const workflowId = `greet-all-${runId}`;
  const input = { names: ['Ada', 'Grace', 'Alan', 'Ada', 'Mary', 'Kurt'], batchSize: 2 };
  const outcome = await temporal.execute(greetAll, { workflowId, input, waitMs: 60_000 });
  t.deepEqual(outcome, { status: 'completed', result: { greeted: 5 } });
  t.deepEqual(greeted.toSorted(), ['Ada', 'Alan', 'Grace', 'Kurt', 'Mary']);

  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const children = events?.flatMap((event) => event.startChildWorkflowExecutionInitiatedEventAttributes ?? []);
  // Only the last batch is in the history of the last execution.
  t.deepEqual(
    children?.map((child) => child.workflowId),
    [`greet-5-${runId}`],
  );
});

test.serial('fails with the failure of a child', async (t) => {
  const workflowId = `greet-all-${randomUUID()}`;
  const outcome = await temporal.execute(greetAll, { workflowId, input: { names: ['Nobody'] }, waitMs: 60_000 });
  t.like(outcome, { status: 'failed', failure: { code: 'nobody', message: 'Nobody is here' } });
});
