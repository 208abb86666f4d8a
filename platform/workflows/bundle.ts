/** Entry of the worker's bundle: the platform's workflows and the product's. */

// The bundler replaces this name by the path of the product's workflows (worker/workflow-bundle.ts).
// @ts-expect-error: unknown to the compiler
export * from 'product-workflows';
export * from './index.js';
