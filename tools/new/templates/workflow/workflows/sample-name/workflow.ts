import type { WorkflowOf } from '../../../../../../platform/workflows/define.js';
import type { sampleName as definition } from './definition.js';

export const sampleName: WorkflowOf<typeof definition> = async ({ subject }) => {
  return { subject };
};
