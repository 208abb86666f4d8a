import { type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';
import { activitiesQueue } from './activity-options.js';

/**
 * Replaces the queue that `onActivitiesQueue` names by the product's. Part of the bundle for every workflow. Derives the name from the
 * workflow's queue, because workflow code does not know the product. Replay ignores task queues, so recorded histories still replay.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        if (input.options.taskQueue !== activitiesQueue) return next(input);
        const taskQueue = workflowInfo().taskQueue.replace(/workflows$/, activitiesQueue);
        return next({ ...input, options: { ...input.options, taskQueue } });
      },
    },
  ],
});
