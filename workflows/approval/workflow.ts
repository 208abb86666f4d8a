import type { Duration } from '@temporalio/common';
import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { bestEffort, patient } from '../../platform/workflows/activity-options.js';
import type { Input, WorkflowOf } from '../../platform/workflows/define.js';
import { handleMessages } from '../../platform/workflows/messages.js';
import { currentRunId } from '../../platform/workflows/run-id.js';
import { type ApprovalState, type Decide, approval as definition } from './definition.js';

const { recordDecision } = proxyActivities<Activities>(patient);
const { sendReminder } = proxyActivities<Activities>(bestEffort);

/** Limits the history: each reminder adds events, and Temporal ends workflows with a long history. */
const maxReminders = 100;

export const approval: WorkflowOf<typeof definition> = async (input) => {
  const runId = currentRunId();
  const current: ApprovalState = { subject: input.subject, status: 'waiting', reminders: 0 };

  handleMessages(definition, {
    queries: { state: () => current },
    updates: {
      decide: {
        validate: () => refuseWhenDecided(current),
        run: (given) => apply(current, given),
      },
    },
  });

  try {
    await waitForDecision(current, input, runId);
    await record(runId, current);
    return current;
  } catch (error) {
    if (!isCancellation(error)) throw error;
    if (current.status === 'waiting') current.status = 'cancelled';
    // The cancellation must not cancel the cleanup.
    await CancellationScope.nonCancellable(() => record(runId, current));
    if (current.status !== 'cancelled') return current;
    throw error;
  }
};

/** Returns when `decide` has changed the status or the deadline has passed. */
async function waitForDecision(current: ApprovalState, input: Input<typeof definition>, runId: string): Promise<void> {
  const reminders = new CancellationScope();
  const reminding = reminders.run(() => remind(current, input, runId));
  const decided = await condition(() => current.status !== 'waiting', input.deadline as Duration);
  reminders.cancel();
  await reminding;
  if (!decided && current.status === 'waiting') current.status = 'expired';
}

async function remind(
  current: ApprovalState,
  { subject, remindEvery }: Input<typeof definition>,
  runId: string,
): Promise<void> {
  if (remindEvery === undefined) return;
  try {
    while (current.reminders < maxReminders) {
      await sleep(remindEvery as Duration);
      current.reminders += 1;
      await sendReminder({ runId, subject, number: current.reminders }).catch(goOnWithout);
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

/** Keeps waiting if a reminder cannot be sent. */
function goOnWithout(error: unknown): void {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
  log.warn('A reminder could not be sent', { error });
}

function apply(current: ApprovalState, { decision, decidedBy, comment }: Decide): ApprovalState {
  current.status = decision;
  current.decidedBy = decidedBy;
  if (comment !== undefined) current.comment = comment;
  return current;
}

/** Runs before the update is accepted. The caller gets the error, and the history has no trace of the update. */
function refuseWhenDecided({ status }: ApprovalState): void {
  if (status !== 'waiting') throw new Error(`This approval has been decided: ${status}`);
}

async function record(runId: string, { status, decidedBy, comment }: ApprovalState): Promise<void> {
  if (status === 'waiting') return;
  await recordDecision({
    runId,
    step: 'decision',
    decision: status,
    decidedBy: decidedBy ?? null,
    comment: comment ?? null,
    decidedAt: new Date().toISOString(),
  });
}
