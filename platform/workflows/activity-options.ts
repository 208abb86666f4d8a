import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
import type { TaskQueueName } from '../settings/names.js';

/**
 * For activities that the workflow depends on: short attempts, retried through an outage of up to an hour. The attempt of a dead worker
 * times out after 10 s, so these activities need no heartbeat.
 */
export const patient = {
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '1 hour',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
} as const satisfies ActivityOptions;

/** For probes: a caller waits, and a late answer is useless. */
export const prompt = {
  startToCloseTimeout: '3 seconds',
  scheduleToCloseTimeout: '7 seconds',
  retry: { initialInterval: '200 milliseconds', maximumAttempts: 2 },
} as const satisfies ActivityOptions;

/** For optional effects: a few attempts, then the workflow continues without them. */
export const bestEffort = {
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumAttempts: 3 },
} as const satisfies ActivityOptions;

/**
 * For `proxyLocalActivities`: the worker executes the activity within its workflow task, without a task of its own, so that several in a row
 * take one round trip to Temporal. Only for effects of less than a second that may be repeated: if the worker dies, all local activities
 * since the last answer to Temporal run again. Messages to the run wait meanwhile. Longer pauses between attempts are timers.
 */
export const local = {
  startToCloseTimeout: '2 seconds',
  scheduleToCloseTimeout: '1 hour',
  localRetryThreshold: '1 second',
  retry: patient.retry,
} as const satisfies LocalActivityOptions;

/** The name of the queue `activities`, without the product's. */
export const activitiesQueue = 'activities' satisfies TaskQueueName;

/**
 * Added to other options (`{ ...patient, ...onActivitiesQueue }`): executes activities on the queue `activities`, whose workers scale
 * apart from those of workflows. For much CPU, memory or I/O. All other activities stay on their workflow's queue, which is faster.
 */
export const onActivitiesQueue = { taskQueue: activitiesQueue } as const satisfies ActivityOptions;
