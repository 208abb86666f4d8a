import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruption, runAva } from '../../test/run-ava.js';
import { deployPrerequisites } from './prerequisites.js';
import { endCommands, removeStages } from './support/leftovers.js';

/**
 * `npm run test:deploy`: deploys, breaks, repairs and destroys stages of containers. If this machine cannot deploy, it says why in one
 * line and fails, because tests that did not run have not passed; with `--if-possible`, for CI, it succeeds. Other arguments are files
 * for ava. Ctrl-C ends what runs and removes the stages.
 */
async function main(args: readonly string[]): Promise<number> {
  const signal = interruption();
  const missing = await deployPrerequisites();
  if (missing !== undefined) {
    process.stdout.write(`deploy: NOT RUN: ${missing}\n`);
    return args.includes('--if-possible') ? 0 : 1;
  }
  const files = args.filter((arg) => arg !== '--if-possible');
  // The folders of tests that are killed are in it.
  const folder = mkdtempSync(join(tmpdir(), 'atlas-deploy-'));
  try {
    const env = { ...process.env, TMPDIR: folder };
    const code = await runAva(['--config', 'ava.deploy.config.js', ...files], env, signal);
    if (signal.aborted) {
      process.stdout.write('# Ending the commands and removing the stages\n');
      await endCommands(folder);
      await removeStages();
    }
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
