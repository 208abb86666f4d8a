import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../../../platform/observability/logger.js';
import { buildWorkflowBundle } from '../../../platform/worker/workflow-bundle.js';
import { killWorkflows } from './kill-workflows.js';

/** Bundles the workflow under test once for all workers. @returns the path of the bundle */
export async function buildBundle(folder: string): Promise<string> {
  const logger = createLogger('worker', { LOG_LEVEL: 'warn', LOG_FORMAT: 'json' });
  const { code } = await buildWorkflowBundle(logger, killWorkflows.path);
  const file = join(folder, 'kill-workflows.js');
  writeFileSync(file, code);
  return file;
}
