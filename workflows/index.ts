/** Entry of the workflow bundle: Temporal finds a workflow among these exports by its type, the definition's name. */
import type { Definition } from './catalogue.js';

export { approval } from './approval/workflow.js';
export { greet } from './greet/workflow.js';
export { greetAll as 'greet-all' } from './greet-all/workflow.js';

type Exported = typeof import('./index.js');
type Expected = { readonly [Name in Definition['name']]: { readonly workflow?: Name } };

// Does not compile when a workflow of the catalogue is not exported here, or is exported under another name.
void ({} as Exported satisfies Expected);
