import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';
import type { Settings } from '../config/settings.js';
import type { Logger } from '../observability/logger.js';
import { dataConverter } from '../temporal/data-converter.js';
import { type Built, cachedBundle } from './bundle-cache.js';
import { temporalLogger } from './runtime.js';

type WebpackConfig = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
type WebpackPlugin = Extract<NonNullable<WebpackConfig['plugins']>[number], { apply: unknown }>;

/**
 * The code of all workflows, as the worker loads it: the prebuilt bundle that WORKER_BUNDLE_PATH names, or one made from the
 * sources, which takes a second or two, unless WORKER_BUNDLE_CACHE_DIR still holds it.
 */
export async function workflowBundle(
  {
    WORKER_BUNDLE_PATH: path,
    WORKER_BUNDLE_CACHE_DIR: cache,
  }: Pick<Settings, 'WORKER_BUNDLE_PATH' | 'WORKER_BUNDLE_CACHE_DIR'>,
  logger: Logger,
): Promise<WorkflowBundleOption> {
  if (path !== undefined) return { codePath: path };
  if (cache !== undefined) return cachedBundle(cache, () => buildWorkflowBundle(logger));
  return buildWorkflowBundle(logger);
}

/** A file of the project: TypeScript beside the sources, JavaScript beside the compiled code. */
const projectFile = (name: string): string => {
  const extension = extname(fileURLToPath(import.meta.url));
  return fileURLToPath(new URL(`../${name}${extension}`, import.meta.url));
};

/** Bundles workflows, `workflows/index` unless told otherwise, with what the platform adds to all of them. */
export async function buildWorkflowBundle(
  logger: Logger,
  workflowsPath = projectFile('workflows/index'),
): Promise<Built> {
  const files: string[] = [];
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [projectFile('workflows/report-closing'), projectFile('temporal/limited-results')],
    preloadModules: [projectFile('temporal/fixed-locale')],
    ...dataConverter,
    // How webpack went is of interest only when it goes wrong.
    logger: temporalLogger(logger.child({}, { level: 'warn' })),
    webpackConfigHook: (config) => ({ ...config, plugins: [...(config.plugins ?? []), listFiles(files)] }),
  });
  return { code, files };
}

/** Adds to `files` what webpack has read from disk; the SDK's own entry lives in memory only. */
const listFiles = (files: string[]): WebpackPlugin => ({
  apply: (compiler) =>
    compiler.hooks.done.tap('ListFiles', ({ compilation }) => {
      // Folders on the way to a link count as files there; they change with everything that is put beside.
      files.push(...[...compilation.fileDependencies].filter(isFile));
    }),
});

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
