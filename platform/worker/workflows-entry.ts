import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFault } from '../errors/command-fault.js';
import { nameOf } from '../loading/only-export.js';
import { camelCase, listWorkflows } from '../loading/workflow-folders.js';
import { sourceOf } from '../settings/project.js';
import { type BundleInputs, listingAt } from './bundle-inputs.js';
import type { WebpackPlugin } from './webpack-types.js';

/** How webpack finds the product's workflows. */
export interface WorkflowsEntry {
  readonly alias: Readonly<Record<string, string>>;
  readonly plugins: readonly WebpackPlugin[];
  /** Inputs of the bundle that webpack does not know: a new folder changes the bundle. */
  readonly inputs: BundleInputs;
  /** To be called after webpack. @throws {CommandFault} a file does not export its workflow */
  checkExports(): void;
}

/** The name by which workflows/bundle.ts imports the product's workflows. */
const productWorkflows = 'product-workflows';

/** Of the files that are bundled: those of the sources, also in a worker that runs them compiled. */
const ending = extname(sourceOf(fileURLToPath(import.meta.url)));

/**
 * @param path - a folder of workflows, or a module that exports them by type (with or without its ending)
 * @throws {CommandFault} a workflow is incomplete
 */
export function workflowsEntry(path: string): WorkflowsEntry {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder)
    return { alias: { [`${productWorkflows}$`]: path }, plugins: [], inputs: new Map(), checkExports: () => undefined };
  const inputs = new Map([[path, listingAt(path)]]);
  const workflows = listWorkflows(path, ending).map(({ name, workflow }) => ({
    name,
    file: workflow,
    exported: camelCase(name),
  }));
  // An alias instead of the path keeps the bundle independent of the machine.
  const source = workflows.map(
    ({ name, file, exported }) =>
      `export { ${JSON.stringify(exported)} as ${JSON.stringify(name)} } from '${productWorkflows}/${name}/${basename(file)}';`,
  );
  const missing: string[] = [];
  return {
    alias: { [productWorkflows]: path },
    plugins: [
      entryOf(source.join('\n')),
      findMissing(new Map(workflows.map((one) => [one.file, one.exported])), missing),
    ],
    inputs,
    checkExports() {
      if (missing[0] !== undefined) throw new CommandFault(missing[0]);
    },
  };
}

/** Makes the entry that no file contains. */
const entryOf = (source: string): WebpackPlugin => ({
  apply({ hooks }) {
    hooks.normalModuleFactory.tap('ProductWorkflows', (factory) => {
      factory.hooks.beforeResolve.tap('ProductWorkflows', (data) => {
        if (data.request === productWorkflows) data.request = `data:text/javascript,${encodeURIComponent(source)}`;
      });
    });
  },
});

/** Adds a message for each file that lacks its export: webpack only warns of it. */
const findMissing = (exported: ReadonlyMap<string, string>, missing: string[]): WebpackPlugin => ({
  apply({ hooks }) {
    hooks.done.tap('ProductWorkflows', ({ compilation: { modules, moduleGraph } }) => {
      for (const module of modules) {
        const file = 'resource' in module ? String(module.resource) : '';
        const name = exported.get(file);
        if (name !== undefined && moduleGraph.getExportsInfo(module).isExportProvided(name) === false)
          missing.push(`${nameOf(file)} exports no ${name}: give the workflow's function this name`);
      }
    });
  },
});
