import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createLogger } from '../observability/logger.js';
import { buildWorkflowBundle } from './workflow-bundle.js';

/**
 * `node dist/platform/worker/bundle.js FILE`: writes the workflow bundle that WORKER_BUNDLE_PATH then names, so that a worker in production
 * starts without webpack. The last part of `npm run build`.
 */
const [, , file] = process.argv;
if (file === undefined) {
  process.stderr.write('Usage: bundle FILE\n');
  process.exit(64);
}
const { code } = await buildWorkflowBundle(createLogger('worker', { LOG_LEVEL: 'info', LOG_FORMAT: 'auto' }));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, code);
