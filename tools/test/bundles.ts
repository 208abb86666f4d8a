import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { createLogger } from '../../platform/observability/logger.js';
import { bundleCacheFolder } from '../../platform/settings/project.js';
import { fixtureWorkflows } from '../../platform/testing/fixtures/paths.js';
import { cachedWorkflowBundle } from '../../platform/worker/workflow-bundle.js';
import { workflows } from '../../workflows/index.js';

const modules = { TEST_PRODUCT_BUNDLE: workflows.path, TEST_FIXTURE_BUNDLE: fixtureWorkflows.path };

/**
 * Writes the bundles of the product's workflows and of the platform's fixtures to `folder`; from the cache, unless sources changed.
 * @returns the variables that name the bundles
 * @throws {CommandFault} a workflow cannot be bundled; webpack has written why
 */
export async function bundlesInto(folder: string): Promise<Record<string, string>> {
  const logger = createLogger('worker', { LOG_LEVEL: 'warn', LOG_FORMAT: 'pretty' });
  const bundles: Record<string, string> = {};
  for (const [variable, module] of Object.entries(modules)) {
    const path = join(folder, `${variable}.js`);
    writeFileSync(path, await cachedWorkflowBundle(bundleCacheFolder, logger, module).catch(explain));
    bundles[variable] = path;
  }
  return bundles;
}

function explain(cause: unknown): never {
  throw new CommandFault('The workflows cannot be bundled, see ERROR above. No test has run.', { cause });
}
