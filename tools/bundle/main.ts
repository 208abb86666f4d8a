import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { createLogger } from '../../platform/observability/logger.js';
import { buildWorkflowBundle } from '../../platform/worker/workflow-bundle.js';
import { workflows } from '../../workflows/index.js';

/**
 * `node dist/tools/bundle/main.js FILE`: writes the workflow bundle for WORKER_BUNDLE_PATH, so that a production worker starts without
 * webpack. The last step of `npm run build`.
 */
const [, , file] = process.argv;
if (file === undefined) {
  process.stderr.write('Usage: node dist/tools/bundle/main.js FILE\n');
  process.exit(64);
}
try {
  // The image contains the bundle: a faulty definition must fail here, not when the image starts.
  await workflows.catalogue();
  const logger = createLogger('worker', { LOG_LEVEL: 'info', LOG_FORMAT: 'auto' });
  const { code } = await buildWorkflowBundle(logger, workflows.path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
} catch (error) {
  if (!(error instanceof CommandFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
