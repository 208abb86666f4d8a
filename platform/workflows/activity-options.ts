import type { ActivityOptions } from '@temporalio/workflow';

/**
 * For activities whose effect the workflow needs: each attempt is short, and attempts go on through an outage of up to an hour.
 * An attempt that a dead worker left behind is noticed when its 10 s have passed, so none needs a heartbeat.
 */
export const patient = {
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '1 hour',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
} as const satisfies ActivityOptions;

/** For probes: somebody is waiting, and an answer that comes late is as good as none. */
export const prompt = {
  startToCloseTimeout: '3 seconds',
  scheduleToCloseTimeout: '7 seconds',
  retry: { initialInterval: '200 milliseconds', maximumAttempts: 2 },
} as const satisfies ActivityOptions;

/** For what is nice to have: a few attempts, then the workflow goes on without it. */
export const bestEffort = {
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumAttempts: 3 },
} as const satisfies ActivityOptions;
