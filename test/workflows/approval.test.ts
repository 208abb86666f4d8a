import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import test from 'ava';
import { createApprovalActivities, type Reminder } from '../../activities/approvals.js';
import { createDecisionsRepository } from '../../database/decisions.js';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase, type TestDatabase } from '../../platform/testing/support/postgres.js';
import { createTestTemporal, type TestTemporal } from '../../platform/testing/support/temporal.js';
import { approval } from '../../workflows/approval/definition.js';

let temporal: TestTemporal;
let database: TestDatabase;
let decisions: ReturnType<typeof createDecisionsRepository>;
const reminded: Reminder[] = [];
const unreachable = new Set<string>();

test.before(async () => {
  [temporal, database] = await Promise.all([
    createTestTemporal('product'),
    createTestDatabase(undefined, { migrations }),
  ]);
  decisions = createDecisionsRepository(database.sequelize);
  const notify = async (reminder: Reminder) => {
    if (unreachable.has(reminder.subject)) throw ApplicationFailure.nonRetryable('nobody is reachable');
    reminded.push(reminder);
  };
  await temporal.startWorkers(createApprovalActivities({ decisions, notify }));
});
test.after.always(async () => {
  await temporal?.close();
  await database?.drop();
});

async function begin(input: { subject?: string; deadline?: string; remindEvery?: string }) {
  const runId = randomUUID();
  const workflowId = `approval-${runId}`;
  await temporal.engine.start(approval, {
    workflowId,
    input: { subject: 'a holiday', deadline: '1 hour', ...input },
  });
  return { runId, workflowId };
}
const result = (workflowId: string) => temporal.engine.result(workflowId, 60_000);
const decide = (workflowId: string, decision: string) =>
  temporal.engine.update(workflowId, 'decide', { decision, decidedBy: 'ada', comment: 'enjoy' });

test('returns its state', async (t) => {
  const { workflowId } = await begin({});
  t.deepEqual(await temporal.engine.query(workflowId, 'state'), {
    subject: 'a holiday',
    status: 'waiting',
    reminders: 0,
  });
});

for (const decision of ['approved', 'rejected'] as const) {
  test(`ends as ${decision}, and records who decided`, async (t) => {
    const { workflowId, runId } = await begin({ remindEvery: '1 minute' });
    const state = { subject: 'a holiday', status: decision, reminders: 0, decidedBy: 'ada', comment: 'enjoy' };
    t.deepEqual(await decide(workflowId, decision), state);
    t.deepEqual(await result(workflowId), { status: 'completed', result: state });
    t.like(await decisions.find(runId, 'decision'), { decision, decidedBy: 'ada', comment: 'enjoy' });
    await temporal.recordHistory(workflowId, decision);
  });
}

test('rejects a second decision without a trace in the history', async (t) => {
  // Without a worker for activities nothing is recorded, so the workflow stays open after the first decision.
  const local = await createTestTemporal('product');
  t.teardown(() => local.close());
  await local.startWorkers({}, { WORKER_TASK_QUEUES: ['workflows'] });
  const workflowId = `approval-${randomUUID()}`;
  await local.engine.start(approval, { workflowId, input: { subject: 'a holiday', deadline: '1 hour' } });
  const first = { decision: 'approved', decidedBy: 'ada' };
  await local.engine.update(workflowId, 'decide', first);
  await t.throwsAsync(local.engine.update(workflowId, 'decide', { ...first, decision: 'rejected' }), {
    code: 'update-rejected',
    message: /has been decided: approved/,
  });
  const { events } = await local.client.workflow.getHandle(workflowId).fetchHistory();
  t.is(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length, 1);
});

test('records that it expired at its deadline, after a reminder', async (t) => {
  const { workflowId, runId } = await begin({ deadline: '1500 ms', remindEvery: '1 s' });
  t.deepEqual(await result(workflowId), {
    status: 'completed',
    result: { subject: 'a holiday', status: 'expired', reminders: 1 },
  });
  t.like(await decisions.find(runId, 'decision'), { decision: 'expired', decidedBy: null });
  await temporal.recordHistory(workflowId, 'expired-after-a-reminder');
});

/** Waits until the workflow has sent this many reminders. */
async function remindersSent(workflowId: string, count: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { reminders } = (await temporal.engine.query(workflowId, 'state')) as { reminders: number };
    if (reminders >= count) return;
    if (Date.now() > deadline) throw new Error(`${reminders} reminders, not ${count}`);
  }
}

test('sends reminders until the decision', async (t) => {
  const { workflowId, runId } = await begin({ remindEvery: '100 ms' });
  await remindersSent(workflowId, 3);
  await decide(workflowId, 'approved');
  t.like(await result(workflowId), { status: 'completed', result: { status: 'approved' } });
  const numbers = reminded.filter((reminder) => reminder.runId === runId).map(({ number }) => number);
  t.deepEqual(numbers.slice(0, 2), [1, 2]);
});

test('keeps waiting if a reminder cannot be sent', async (t) => {
  unreachable.add('a deaf boss');
  const { workflowId } = await begin({ subject: 'a deaf boss', remindEvery: '100 ms' });
  await remindersSent(workflowId, 2);
  await decide(workflowId, 'rejected');
  t.like(await result(workflowId), { status: 'completed', result: { status: 'rejected' } });
});

test('records a cancellation before it ends', async (t) => {
  const { workflowId, runId } = await begin({ remindEvery: '1 m' });
  await temporal.engine.query(workflowId, 'state');
  await temporal.engine.cancel(workflowId);
  t.like(await result(workflowId), { status: 'cancelled', failure: { code: 'run-cancelled' } });
  t.like(await decisions.find(runId, 'decision'), { decision: 'cancelled' });
  await temporal.recordHistory(workflowId, 'cancelled');
});

test('fails with a reason if its id names no run', async (t) => {
  const workflowId = 'approval-by-hand';
  await temporal.engine.start(approval, { workflowId, input: { subject: 'x', deadline: '1 s' } });
  t.like(await result(workflowId), { status: 'failed', failure: { code: 'input-invalid' } });
});
