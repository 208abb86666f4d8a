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

test('records a decision at the time it was made', async (t) => {
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

test('a decision that was recorded before is no failure', async (t) => {
  const decisions = { record: async () => ({ recorded: false }) };
  await t.notThrowsAsync(createApprovalActivities({ decisions, notify: async () => {} }).recordDecision(decision));
});

test('a reminder goes to whoever is to be told', async (t) => {
  const told: Reminder[] = [];
  const notify = async (reminder: Reminder) => void told.push(reminder);
  const reminder = { runId: decision.runId, subject: 'a holiday', number: 1 };
  await createApprovalActivities({ decisions: { record: async () => ({ recorded: true }) }, notify }).sendReminder(
    reminder,
  );
  t.deepEqual(told, [reminder]);
});
