import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { patient } from '../../platform/workflows/activity-options.js';
import type { WorkflowOf } from '../../platform/workflows/define.js';
import type { greet as definition } from './definition.js';

const { composeGreeting } = proxyActivities<Activities>(patient);

export const greet: WorkflowOf<typeof definition> = async ({ name }) => {
  const greeting = await composeGreeting({ name });
  return { greeting };
};
