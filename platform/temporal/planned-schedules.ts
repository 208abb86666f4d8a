import type { ScheduleOptions } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import type { Product } from '../product.js';
import type { OverlapPolicy } from '../workflows/define.js';
import type { PlannedRuns } from '../workflows/schedule.js';
import type { ScheduledStart } from '../workflows/scheduled-run/workflow.js';

type SdkPolicy = NonNullable<NonNullable<ScheduleOptions['policies']>['overlap']>;

/** `buffer-one` → `BUFFER_ONE`. */
export const toSdkPolicy = (overlap: OverlapPolicy): SdkPolicy => overlap.toUpperCase().replace('-', '_') as SdkPolicy;

/** Id of a workflow's schedule in Temporal. Begins with the product's name, because products can share a namespace. */
export const scheduleIdOf = ({ name }: Pick<Product, 'name'>, workflow: string): string => `${name}-${workflow}`;

/** The schedule that starts the runs of a workflow. */
export function workflowSchedule(
  product: Pick<Product, 'name' | 'taskQueues'>,
  { definition, spec }: PlannedRuns,
): ScheduleOptions {
  const { name, taskQueue, executionTimeout } = definition;
  const scheduleId = scheduleIdOf(product, name);
  const start: ScheduledStart = {
    schedule: name,
    workflow: name,
    input: spec.input,
    taskQueue: product.taskQueues[taskQueue],
    executionTimeout,
  };
  return {
    scheduleId,
    spec:
      spec.cron === null
        ? { intervals: [{ every: spec.every as Duration }] }
        : { cronExpressions: [spec.cron], timezone: spec.timeZone },
    policies: { overlap: toSdkPolicy(spec.overlap), catchupWindow: spec.catchup as Duration },
    action: {
      type: 'startWorkflow',
      workflowType: 'scheduled-run',
      // Temporal appends the time of the action.
      workflowId: scheduleId,
      taskQueue: product.taskQueues.workflows,
      args: [start],
    },
    state: { paused: spec.paused },
  };
}
