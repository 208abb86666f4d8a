// `npm start`. Plain JavaScript: checks Node.js, the clone's path and the command line and installs the packages before anything needs them.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodeUsage, readArgs, usage } from './args.mjs';
import { cloneFault, ensureInstalled, nodeFault, temporaryFault } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function start() {
  const fault = nodeFault() ?? cloneFault(root) ?? temporaryFault();
  if (fault) return fail(fault, 1);
  const request = readArgs(process.argv.slice(2));
  if (request.kind === 'help') return void process.stdout.write(usage);
  if (request.kind === 'wrong') return fail(`${request.message}\nSee npm start -- --help`, exitCodeUsage);
  // As npm does, so that relative paths in settings mean the same however this was started.
  process.chdir(root);
  const installed = ensureInstalled(root);
  if (installed !== 0) {
    process.exitCode = installed;
    return;
  }
  const { register } = await import('tsx/esm/api');
  register();
  const { main } = await import('./main.js');
  await main(request.options);
}

/**
 * @param {string} message
 * @param {number} code
 */
function fail(message, code) {
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}

await start();
