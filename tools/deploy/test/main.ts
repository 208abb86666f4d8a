import { interruption, runAva } from '../../test/run-ava.js';
import { deployPrerequisites } from './prerequisites.js';

/**
 * `npm run test:deploy`: deploys, breaks, mends, destroys and rebuilds stages of containers. Says in one line when this machine lacks
 * what that takes, and then fails: tests that did not run have not passed. `--if-possible` makes that a success, for CI. Other arguments
 * are files for ava.
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
