import { pino } from 'pino';
import { bundleCacheFolder } from '../../platform/settings/project.js';
import { buildWorkflowBundle, cachedWorkflowBundle } from '../../platform/worker/workflow-bundle.js';
import { workflows } from '../../workflows/index.js';
import { bundleErrors } from './bundle-errors.js';

/**
 * The program behind `bundler.ts`: builds the workflow bundle into the cache for each message, and answers with the error, if any. A
 * process that has bundled before is several times faster than a new worker.
 */
let messages: string[] = [];
const logger = pino(
  { level: 'warn' },
  { write: (line: string) => messages.push((JSON.parse(line) as { msg: string }).msg) },
);

// The first bundle loads webpack and warms it up. Its errors are those of the worker, which shows them.
let last: Promise<unknown> = buildWorkflowBundle(logger, workflows.path).catch(() => undefined);

process.on('message', () => {
  last = last.then(async () => {
    messages = [];
    const error = await cachedWorkflowBundle(bundleCacheFolder, logger, workflows.path).then(
      () => undefined,
      (reason: Error) => bundleErrors(messages, reason.message),
    );
    process.send?.({ error });
  });
});
// The launcher has ended.
process.on('disconnect', () => process.exit());
