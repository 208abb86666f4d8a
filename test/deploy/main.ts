import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../config/project.js';
import { deployPrerequisites } from './prerequisites.js';

/**
 * `npm run test:deploy`: deploys, breaks, mends, destroys and rebuilds a stage of containers. Says in one line when this machine lacks
 * what that takes, and then fails: tests that did not run have not passed. `--if-possible` makes that a success, for CI.
 */
async function main(): Promise<number> {
  const missing = await deployPrerequisites();
  if (missing !== undefined) {
    process.stdout.write(`deploy: NOT RUN: ${missing}\n`);
    return process.argv.includes('--if-possible') ? 0 : 1;
  }
  const counts = { pass: 0, fail: 0 };
  const args = ['node_modules/ava/entrypoints/cli.mjs', '--tap', '--config', 'ava.deploy.config.js'];
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    process.stdout.write(`${line}\n`);
    const count = /^# (pass|fail) (\d+)$/.exec(line);
    if (count) counts[count[1] as keyof typeof counts] = Number(count[2]);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  process.stdout.write(`${counts.pass} passed, ${counts.fail} failed\n`);
  return code;
}

process.exitCode = await main();
