import test from 'ava';
import { createApprovalActivities, type Reminder } from './approvals.js';

const decision = {
  runId: '01890000-0000-7000-8000-000000000000',
  step: 'decision',
  decision: 'approved',
  decidedBy: 'ada',
  comment: null,
  decidedAt: '2026-01-01T08:00:00.000Z',
} as const;

test('records a decision with its time', async (t) => {
  const recorded: unknown[] = [];
  const decisions = {
    record: async (given: unknown) => {
      recorded.push(given);
      return { recorded: true };
    },
  };
  await createApprovalActivities({ decisions, notify: async () => {} }).recordDecision(decision);
  t.deepEqual(recorded, [{ ...decision, decidedAt: new Date(decision.decidedAt) }]);
});

test('succeeds when the decision is already recorded', async (t) => {
  const decisions = { record: async () => ({ recorded: false }) };
  await t.notThrowsAsync(createApprovalActivities({ decisions, notify: async () => {} }).recordDecision(decision));
});

test('passes the reminder to notify', async (t) => {
  const sent: Reminder[] = [];
  const notify = async (reminder: Reminder) => void sent.push(reminder);
  const reminder = { runId: decision.runId, subject: 'a holiday', number: 1 };
  await createApprovalActivities({ decisions: { record: async () => ({ recorded: true }) }, notify }).sendReminder(
    reminder,
  );
  t.deepEqual(sent, [reminder]);
});
