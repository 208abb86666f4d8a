import type { WorkflowOf } from '../../../../../../platform/workflows/define.js';
import type { sampleName as definition } from './definition.js';

export const sampleName: WorkflowOf<typeof definition> = async () => {
  // Temporal answers with the time of the history, so that a replay sees the same.
  return { at: new Date().toISOString() };
};
