import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createLogger } from '../../platform/observability/logger.js';
import { buildWorkflowBundle } from '../../platform/worker/workflow-bundle.js';
import { workflows } from '../../workflows/index.js';
import { runProgram } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';

const program = {
  call: 'node dist/tools/bundle/main.js',
  summary: `Writes the workflow bundle for WORKER_BUNDLE_PATH, so that a production worker starts without webpack. The last step of
npm run build.`,
  argument: { name: 'file', required: true },
  notes: 'Exit codes: 0 done, 1 failed, 64 wrong command line',
} as const satisfies Program;

await runProgram(program, async ({ file }) => {
  const logger = createLogger('worker', { LOG_LEVEL: 'info', LOG_FORMAT: 'auto' });
  // The image contains the bundle, so a faulty definition must fail here and not when the image starts.
  await workflows.catalogue();
  const { code } = await buildWorkflowBundle(logger, workflows.path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
});
