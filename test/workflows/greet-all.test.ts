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
  const input = { names: ['Ada', 'Grace', 'Alan', 'Ada'], batchSize: 2 };
  const outcome = await temporal.execute(greetAll, { workflowId, input, waitMs: 60_000 });
  t.deepEqual(outcome, { status: 'completed', result: { greeted: 3 } });
  t.deepEqual(greeted.toSorted(), ['Ada', 'Alan', 'Grace']);

  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const children = events?.flatMap((event) => event.startChildWorkflowExecutionInitiatedEventAttributes ?? []);
  // Only the last batch is in the history of the last execution.
  t.deepEqual(
    children?.map((child) => child.workflowId),
    [`greet-3-${runId}`],
  );
  await temporal.recordHistory(workflowId, 'continued');
});

// greet-all-twice.json has this input too. It was recorded on the code before patched('greet-once').
test.serial('greets a repeated name once', async (t) => {
  const workflowId = `greet-all-${randomUUID()}`;
  const input = { names: ['Ada', 'Grace', 'Grace'] };
  const outcome = await temporal.execute(greetAll, { workflowId, input, waitMs: 60_000 });
  t.deepEqual(outcome, { status: 'completed', result: { greeted: 2 } });
  await temporal.recordHistory(workflowId, 'once');
});

test.serial('fails with the failure of a child', async (t) => {
  const workflowId = `greet-all-${randomUUID()}`;
  const outcome = await temporal.execute(greetAll, { workflowId, input: { names: ['Nobody'] }, waitMs: 60_000 });
  t.like(outcome, { status: 'failed', failure: { code: 'nobody', message: 'Nobody is here' } });
});
