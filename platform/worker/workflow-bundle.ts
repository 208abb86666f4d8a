import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from '../observability/logger.js';
import { projectRoot, sourceOf } from '../settings/project.js';
import type { Settings } from '../settings/settings.js';
import { dataConverter } from '../temporal/data-converter.js';
import { type Built, cachedBundle } from './bundle-cache.js';
import { absent, hashOf, listingAt, stateAt } from './bundle-inputs.js';
import { bundleEntry } from './bundled-files.js';
import { temporalLogger } from './runtime.js';
import type { InputFileSystem, WebpackConfig, WebpackPlugin } from './webpack-types.js';
import { workflowsEntry } from './workflows-entry.js';

/**
 * The bundle of all workflows: the prebuilt one of WORKER_BUNDLE_PATH, a current one from WORKER_BUNDLE_CACHE_DIR, or a new one, which
 * takes a second or two.
 */
export async function workflowBundle(
  {
    WORKER_BUNDLE_PATH: path,
    WORKER_BUNDLE_CACHE_DIR: cache,
  }: Pick<Settings, 'WORKER_BUNDLE_PATH' | 'WORKER_BUNDLE_CACHE_DIR'>,
  logger: Logger,
  workflowsPath: string,
): Promise<WorkflowBundleOption> {
  if (path !== undefined) return { codePath: path };
  if (cache !== undefined) return { code: await cachedWorkflowBundle(cache, logger, workflowsPath) };
  return buildWorkflowBundle(logger, workflowsPath);
}

/** The code of all workflows, from the cache in `folder` if the sources have not changed. */
export const cachedWorkflowBundle = (folder: string, logger: Logger, workflowsPath: string): Promise<string> =>
  cachedBundle({ ...bundleEntry(folder, workflowsPath), build: () => buildWorkflowBundle(logger, workflowsPath) });

/** Bundles are made from the sources, also by a worker that runs them compiled: their stacks then show the sources. */
const thisFile = sourceOf(fileURLToPath(import.meta.url));

/** A file of the platform: TypeScript in the sources, JavaScript in the compiled code. */
const platformFile = (name: string): string => join(dirname(dirname(thisFile)), `${name}${extname(thisFile)}`);

/**
 * Bundles the product's workflows with the platform's, and with the code that the platform adds to all of them.
 * @param workflowsPath - a folder of workflows, or a module that exports them by type (with or without its ending)
 * @throws {CommandFault} a workflow is incomplete
 */
export async function buildWorkflowBundle(logger: Logger, workflowsPath: string): Promise<Built> {
  const inputs = new Map<string, string>();
  const entry = workflowsEntry(sourceOf(workflowsPath));
  const bundle = bundleWorkflowCode({
    workflowsPath: platformFile('workflows/bundle'),
    workflowInterceptorModules: [
      platformFile('workflows/report-closing'),
      platformFile('workflows/report-failing'),
      platformFile('workflows/route-activities'),
      platformFile('temporal/limited-results'),
    ],
    preloadModules: [platformFile('temporal/fixed-locale')],
    payloadConverterPath: sourceOf(dataConverter.payloadConverterPath),
    failureConverterPath: sourceOf(dataConverter.failureConverterPath),
    // Webpack's messages matter only if it fails.
    logger: temporalLogger(logger.child({}, { level: 'warn' })),
    webpackConfigHook: (config) => {
      const own = withoutOutsideConfiguration(config);
      const alias = { ...own.resolve?.alias, ...entry.alias };
      return {
        ...own,
        resolve: { ...own.resolve, alias },
        plugins: [...(own.plugins ?? []), collectInputs(inputs), ...entry.plugins],
      };
    },
  });
  const { code } = await bundle.catch((error) => {
    // Says more than webpack does.
    entry.checkExports();
    throw error;
  });
  entry.checkExports();
  const further = toolFiles().map((path) => [path, stateAt(path)] as const);
  return { code, inputs: new Map([...inputs, ...entry.inputs, ...further]) };
}

/**
 * Makes bundles independent of the machine: of a `.swcrc`, which swc reads, and of a browserslist configuration in files and variables,
 * from which webpack derives its target.
 */
function withoutOutsideConfiguration(config: WebpackConfig): WebpackConfig {
  const rules = (config.module?.rules ?? []).map((rule) => {
    const use = rule && typeof rule === 'object' ? rule.use : undefined;
    const isSwc = typeof use === 'object' && 'loader' in use && use.loader?.includes('swc-loader');
    if (!isSwc) return rule;
    return { ...(rule as object), use: { ...use, options: { ...(use.options as object), swcrc: false } } };
  });
  // With its cache, webpack treats packages in node_modules as immutable and does not report their missing files.
  return { ...config, cache: false, target: 'web', module: { ...config.module, rules } };
}

/**
 * Adds the files that webpack read to `inputs`, in their state at that time: a file may be saved while webpack runs. Adds paths that
 * webpack did not find too.
 */
const collectInputs = (inputs: Map<string, string>): WebpackPlugin => ({
  apply: ({ hooks }) => {
    const read = new Map<string, string>();
    hooks.beforeRun.tap('CollectInputs', ({ inputFileSystem }) => {
      if (inputFileSystem) recordReads(inputFileSystem, read);
    });
    hooks.done.tap('CollectInputs', ({ compilation }) => {
      for (const path of compilation.missingDependencies) inputs.set(path, isFolder(path) ? stateAt(path) : absent);
      for (const path of compilation.fileDependencies) {
        // The SDK's entry point exists in memory only.
        if (!path.endsWith('-autogenerated-entrypoint.cjs')) inputs.set(path, read.get(path) ?? stateAt(path));
      }
      for (const folder of compilation.contextDependencies) inputs.set(folder, listingAt(folder));
    });
  },
});

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function recordReads(fileSystem: InputFileSystem, read: Map<string, string>): void {
  const { readFile } = fileSystem;
  const recording = (path: unknown, ...rest: unknown[]) => {
    const callback = rest.pop() as (error: Error | null, content?: string | Uint8Array) => void;
    return Reflect.apply(readFile, fileSystem, [
      path,
      ...rest,
      (error: Error | null, content?: string | Uint8Array) => {
        if (!error && content !== undefined) read.set(String(path), hashOf(content));
        callback(error, content);
      },
    ]);
  };
  fileSystem.readFile = recording as typeof readFile;
}

/** Further inputs: the tools, by version, their configuration, and the files with their options. */
function toolFiles(): string[] {
  const fromWorker = createRequire(createRequire(import.meta.url).resolve('@temporalio/worker'));
  const tools = ['@temporalio/worker', 'webpack', 'swc-loader', 'source-map-loader', '@swc/core'];
  return [
    thisFile,
    platformFile('temporal/data-converter'),
    ...tools.map((name) => fromWorker.resolve(`${name}/package.json`)),
    ...['package.json', 'tsconfig.json'].map((name) => join(projectRoot, name)),
  ];
}
