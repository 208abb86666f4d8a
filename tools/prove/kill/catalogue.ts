import type { Catalogue } from '../../../platform/workflows/catalogue.js';
import { threeEffects } from './three-effects/definition.js';

/** Catalogue of the API under test. */
export const catalogue: Catalogue = new Map([[threeEffects.name, threeEffects]]);
