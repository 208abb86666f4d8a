import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createLogger } from '../../platform/observability/logger.js';
import { buildWorkflowBundle } from '../../platform/worker/workflow-bundle.js';
import { workflowsPath } from '../../workflows/path.js';

/**
 * `node dist/tools/bundle/main.js FILE`: writes the workflow bundle for WORKER_BUNDLE_PATH, so that a production worker starts without
 * webpack. The last step of `npm run build`.
 */
const [, , file] = process.argv;
if (file === undefined) {
  process.stderr.write('Usage: node dist/tools/bundle/main.js FILE\n');
  process.exit(64);
}
const logger = createLogger('worker', { LOG_LEVEL: 'info', LOG_FORMAT: 'auto' });
const { code } = await buildWorkflowBundle(logger, workflowsPath);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, code);
