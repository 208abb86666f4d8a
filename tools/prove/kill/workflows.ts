/** Entry of the bundle for the worker under test: what the worker always runs, and what the test starts. */
export * from '../../../workflows/index.js';
export { threeEffects as 'three-effects' } from './three-effects/workflow.js';
