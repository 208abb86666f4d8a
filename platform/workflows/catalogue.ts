import type { WorkflowDefinition } from './define.js';
import { healthCheck } from './health-check/definition.js';

/** The definitions by name. A map, because names come from callers, and a plain object would also know `constructor`. */
export type Catalogue = ReadonlyMap<string, WorkflowDefinition>;

/** Names of the platform's workflows; `purge-runs` is started by a schedule, not by callers. */
const reserved = [healthCheck.name, 'purge-runs'];

/**
 * The workflows that callers can start: the product's, in their order, and the platform's health check.
 * @throws two definitions have the same name, or one has the name of a platform workflow
 */
export function createCatalogue(definitions: readonly WorkflowDefinition[]): Catalogue {
  const catalogue = new Map<string, WorkflowDefinition>();
  for (const definition of definitions) {
    const { name } = definition;
    if (reserved.includes(name))
      throw new Error(`The workflow name ${name} is reserved by the platform: choose another`);
    if (catalogue.has(name)) throw new Error(`Two workflows are named ${name}: rename one of them`);
    catalogue.set(name, definition);
  }
  return catalogue.set(healthCheck.name, healthCheck);
}
