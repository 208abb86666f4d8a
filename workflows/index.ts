import { type ProductWorkflows, workflowsIn } from '../platform/loading/workflow-folders.js';

/** The product's workflows: each folder here is one, with `definition.ts` and `workflow.ts`. */
export const workflows: ProductWorkflows = workflowsIn(import.meta.url);
