import { type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';

/**
 * Part of the bundle, for every workflow: an activity without a task queue of its own goes to the queue for activities. Its name follows
 * from that of the workflow's queue, because workflow code does not know the product. Changes no history: replay ignores task queues.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        const taskQueue = input.options.taskQueue ?? workflowInfo().taskQueue.replace(/workflows$/, 'activities');
        return next({ ...input, options: { ...input.options, taskQueue } });
      },
    },
  ],
});
