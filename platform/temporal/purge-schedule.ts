import { type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client';

export interface PurgeScheduleProps {
  readonly taskQueue: string;
  readonly everyMinutes: number;
}

export const purgeScheduleId = 'purge-runs';

/** The schedule that removes old runs. */
export const purgeSchedule = ({ taskQueue, everyMinutes }: PurgeScheduleProps): ScheduleOptions => ({
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
});
