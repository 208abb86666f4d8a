/** Entry of the worker's bundle: the platform's workflows and the product's. */

// The bundler replaces this name by the product's workflows (worker/workflows-entry.ts).
// @ts-expect-error: unknown to the compiler
export * from 'product-workflows';
export * from './index.js';
