import { existsSync, readdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFault } from '../errors/command-fault.js';
import { type Catalogue, createCatalogue } from '../workflows/catalogue.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import { nameOf, onlyExport } from './only-export.js';

/** What the product's entry points pass to the platform. */
export interface ProductWorkflows {
  /** For the bundle: a folder of workflows, or a module that exports them by type (with or without its ending). */
  readonly path: string;
  /** Loads the definitions. */
  readonly catalogue: () => Promise<Catalogue>;
}

/** The files of a workflow, as absolute paths. */
export interface WorkflowFolder {
  readonly name: string;
  readonly definition: string;
  readonly workflow: string;
}

/**
 * The workflows of a folder: one in each folder below it.
 * @param here - `import.meta.url` of `index.ts` in this folder
 */
export function workflowsIn(here: string): ProductWorkflows {
  const path = dirname(fileURLToPath(here));
  return {
    path,
    /** @throws {CommandFault} a workflow is incomplete, has another name than its folder, or cannot be in the catalogue */
    catalogue: async () => createCatalogue(await Promise.all(listWorkflows(path).map(definitionOf))),
  };
}

/** TypeScript in the sources, JavaScript in the compiled code. */
const ownEnding = extname(fileURLToPath(import.meta.url));

/**
 * The folders with a `definition` and a `workflow`, by name. A folder with neither is no workflow.
 * @param ending - of their files @default - this file's
 * @throws {CommandFault} a folder has only one of them
 */
export function listWorkflows(path: string, ending = ownEnding): readonly WorkflowFolder[] {
  const all = readdirSync(path)
    .sort()
    .map((name) => ({
      name,
      definition: join(path, name, `definition${ending}`),
      workflow: join(path, name, `workflow${ending}`),
    }));
  return all.filter(({ name, definition, workflow }) => {
    const missing = [definition, workflow].filter((file) => !existsSync(file));
    if (missing.length === 1)
      throw new CommandFault(`${nameOf(missing[0] ?? '')} is missing: add it, or remove the folder ${name}`);
    return missing.length === 0;
  });
}

/** The name of the function that `workflow.ts` exports. @param name - of the workflow: kebab-case */
export const camelCase = (name: string): string =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

async function definitionOf({ name, definition: file }: WorkflowFolder): Promise<WorkflowDefinition> {
  const definition = await onlyExport(file, {
    kind: 'definition',
    is: isDefinition,
    advice: 'export the result of defineWorkflow',
  });
  if (definition.name !== name)
    throw new CommandFault(`${nameOf(file)} has the name ${definition.name}: set it to ${name}, or rename the folder`);
  return definition;
}

const isDefinition = (value: unknown): value is WorkflowDefinition =>
  typeof value === 'object' &&
  value !== null &&
  ['name', 'input', 'output', 'executionTimeout'].every((key) => key in value);
