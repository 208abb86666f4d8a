import { fileURLToPath } from 'node:url';
import type { ProductWorkflows } from '../../../platform/loading/workflow-folders.js';
import { threeEffects } from './three-effects/definition.js';

/** The workflow under test. */
export const killWorkflows: ProductWorkflows = {
  path: fileURLToPath(new URL('./workflows', import.meta.url)),
  catalogue: async () => new Map([[threeEffects.name, threeEffects]]),
};
