import { type WorkflowInterceptorsFactory, workflowInfo } from '@temporalio/workflow';

/**
 * Sends activities without a task queue to the queue for activities. Part of the bundle for every workflow. Derives the queue's name from
 * the workflow's queue, because workflow code does not know the product. Replay ignores task queues, so recorded histories still replay.
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
