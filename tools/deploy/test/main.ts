import { interruption, runAva } from '../../test/run-ava.js';
import { deployPrerequisites } from './prerequisites.js';

/**
 * `npm run test:deploy`: deploys, breaks, repairs and destroys stages of containers. If this machine cannot deploy, it says why in one
 * line and fails, because tests that did not run have not passed; with `--if-possible`, for CI, it succeeds. Other arguments are files
 * for ava.
 */
async function main(args: readonly string[]): Promise<number> {
  const signal = interruption();
  const missing = await deployPrerequisites();
  if (missing !== undefined) {
    process.stdout.write(`deploy: NOT RUN: ${missing}\n`);
    return args.includes('--if-possible') ? 0 : 1;
  }
  const files = args.filter((arg) => arg !== '--if-possible');
  return runAva(['--config', 'ava.deploy.config.js', ...files], process.env, signal);
}

process.exitCode = await main(process.argv.slice(2));
