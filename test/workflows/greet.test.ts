import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createGreetingActivities } from '../../activities/greeting.js';
import { createTestTemporal, type TestTemporal } from '../../platform/testing/support/temporal.js';
import { greet } from '../../workflows/greet/definition.js';

let temporal: TestTemporal;
let failures = 0;

test.before(async () => {
  temporal = await createTestTemporal('product');
  const now = () => {
    if (failures > 0) {
      failures -= 1;
      throw new Error('the clock is away');
    }
    return new Date('2026-01-01T08:00:00Z');
  };
  await temporal.startWorkers(createGreetingActivities({ now }));
});
test.after.always(() => temporal?.close());

test.serial('greets by name', async (t) => {
  const workflowId = `greet-${randomUUID()}`;
  const outcome = await temporal.execute(greet, { workflowId, input: { name: 'Ada' }, waitMs: 60_000 });
  t.deepEqual(outcome, { status: 'completed', result: { greeting: 'Good morning, Ada!' } });
  await temporal.recordHistory(workflowId, 'completed');
});

test.serial('retries the activity until it succeeds', async (t) => {
  failures = 2;
  const workflowId = `greet-${randomUUID()}`;
  const outcome = await temporal.execute(greet, { workflowId, input: { name: 'Ada' }, waitMs: 60_000 });
  t.deepEqual(outcome, { status: 'completed', result: { greeting: 'Good morning, Ada!' } });

  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const started = events?.find((event) => event.activityTaskStartedEventAttributes)?.activityTaskStartedEventAttributes;
  t.is(started?.attempt, 3);
  t.is(started?.lastFailure?.message, 'the clock is away');
});
