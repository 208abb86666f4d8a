import type { WorkflowDefinition } from '../../../platform/workflows/define.js';
import { threeEffects } from './three-effects/definition.js';

/** Catalogue of the API under test. */
export const catalogue: ReadonlyMap<string, WorkflowDefinition> = new Map([[threeEffects.name, threeEffects]]);
