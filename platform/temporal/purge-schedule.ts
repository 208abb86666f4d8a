import { ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client';
import type { TemporalClient } from './connection.js';
import { createCall } from './errors.js';

export interface PurgeScheduleProps {
  readonly taskQueue: string;
  readonly everyMinutes: number;
  /** Deadline of each call, in milliseconds. */
  readonly callTimeoutMs: number;
}

export const purgeScheduleId = 'purge-runs';

/** Ensures that the schedule that removes old runs exists, with this interval. Safe to repeat and to call concurrently. */
export async function ensurePurgeSchedule(
  client: TemporalClient,
  { taskQueue, everyMinutes, callTimeoutMs }: PurgeScheduleProps,
): Promise<void> {
  const call = createCall(client.connection, callTimeoutMs);
  const options = {
    scheduleId: purgeScheduleId,
    spec: { intervals: [{ every: `${everyMinutes} minutes` }] },
    // One pass at a time. A pass that was missed while Temporal was away is not repeated: the next one removes all.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
    action: {
      type: 'startWorkflow',
      workflowType: 'purge-runs',
      workflowId: 'purge-runs',
      taskQueue,
      workflowExecutionTimeout: '1 hour',
    },
  } satisfies ScheduleOptions;
  await call(async () => {
    try {
      await client.schedule.create(options);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const schedule = client.schedule.getHandle(purgeScheduleId);
      const { spec } = await schedule.describe();
      if (spec.intervals?.[0]?.every === everyMinutes * 60_000) return;
      // A paused schedule stays paused.
      await schedule.update(({ state }) => ({ ...options, state: { ...state, paused: state.paused } }));
    }
  });
}
