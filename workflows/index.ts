/**
 * Entry of the workflow bundle: Temporal looks a workflow up among these exports, by its type.
 */
import type { Definition } from './catalogue.js';

export { healthCheck as 'health-check' } from '../platform/workflows/health-check/workflow.js';
export { purgeRuns as 'purge-runs' } from '../platform/workflows/purge-runs/workflow.js';
export { approval } from './approval/workflow.js';
export { greet } from './greet/workflow.js';

type Exported = typeof import('./index.js');
type Expected = { readonly [Name in Definition['name']]: { readonly workflow?: Name } };

// Fails to compile when the catalogue lists a workflow that is not exported here, or one of another type. Does nothing when run.
void ({} as Exported satisfies Expected);
