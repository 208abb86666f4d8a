import { CommandFault } from '../errors/command-fault.js';
import type { WorkflowDefinition } from './define.js';
import { healthCheck } from './health-check/definition.js';
import { checkSchedule, isScheduled } from './schedule.js';

/** The definitions by name. A map, because names come from callers, and a plain object would also know `constructor`. */
export type Catalogue = ReadonlyMap<string, WorkflowDefinition>;

/** Names of the platform's workflows; schedules start `purge-runs` and `scheduled-run`, not callers. */
const reserved = [healthCheck.name, 'purge-runs', 'scheduled-run'];

/**
 * The workflows that callers can start: the product's, in their order, and the platform's health check.
 * @throws {CommandFault} two definitions have the same name, one has the name of a platform workflow, or a schedule is invalid
 */
export function createCatalogue(definitions: readonly WorkflowDefinition[]): Catalogue {
  const catalogue = new Map<string, WorkflowDefinition>();
  for (const definition of definitions) {
    const { name } = definition;
    if (reserved.includes(name))
      throw new CommandFault(`The workflow name ${name} is reserved by the platform: choose another`);
    if (catalogue.has(name)) throw new CommandFault(`Two workflows are named ${name}: rename one of them`);
    if (isScheduled(definition)) checkSchedule(definition);
    catalogue.set(name, definition);
  }
  return catalogue.set(healthCheck.name, healthCheck);
}
