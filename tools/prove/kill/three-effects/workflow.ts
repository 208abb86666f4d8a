import { proxyActivities } from '@temporalio/workflow';
import type { WorkflowOf } from '../../../../platform/workflows/define.js';
import { currentRunId } from '../../../../platform/workflows/run-id.js';
import type { ThreeEffectsActivities } from './activities.js';
import { type threeEffects as definition, type Step, steps } from './definition.js';

/** Temporal retries an attempt of a killed worker after this timeout. */
const { recordEffect } = proxyActivities<ThreeEffectsActivities>({
  startToCloseTimeout: '3 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 1.5, maximumInterval: '1 second' },
});

export const threeEffects: WorkflowOf<typeof definition> = async ({ number }) => {
  const runId = currentRunId();
  const done: Step[] = [];
  for (const step of steps) done.push(await recordEffect({ runId, number, step }));
  return { number, steps: done };
};
