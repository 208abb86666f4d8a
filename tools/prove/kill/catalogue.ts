import type { WorkflowDefinition } from '../../../platform/workflows/define.js';
import { threeEffects } from './three-effects/definition.js';

/** What the API under test can start. */
export const catalogue: ReadonlyMap<string, WorkflowDefinition> = new Map([[threeEffects.name, threeEffects]]);
