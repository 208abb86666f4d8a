import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from '../observability/logger.js';
import { temporalLogger } from './runtime.js';

/**
 * The code of all workflows, as the worker loads it: the prebuilt bundle at `path`, or one made now from the sources,
 * which takes a second or two.
 */
export async function workflowBundle(path: string | undefined, logger: Logger): Promise<WorkflowBundleOption> {
  return path === undefined ? buildWorkflowBundle(logger) : { codePath: path };
}

/** Bundles `workflows/index`, as TypeScript beside the sources and as JavaScript beside the compiled code. */
export async function buildWorkflowBundle(logger: Logger): Promise<{ code: string }> {
  const extension = extname(fileURLToPath(import.meta.url));
  const workflowsPath = fileURLToPath(new URL(`../workflows/index${extension}`, import.meta.url));
  // How webpack went is of interest only when it goes wrong.
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    logger: temporalLogger(logger.child({}, { level: 'warn' })),
  });
  return { code };
}
