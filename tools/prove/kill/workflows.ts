/** The workflow under test, by its type. */
export { threeEffects as 'three-effects' } from './three-effects/workflow.js';
