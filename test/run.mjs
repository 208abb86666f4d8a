// `npm test`. Plain JavaScript: installs the packages before anything needs them.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cloneFault, ensureInstalled, nodeFault, temporaryFault } from '../embedded/install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const fault = nodeFault() ?? cloneFault(root) ?? temporaryFault();
if (fault) process.stderr.write(`${fault}\n`);
process.exitCode = fault ? 1 : ensureInstalled(root);
if (process.exitCode === 0) {
  const { register } = await import('tsx/esm/api');
  register();
  const { main } = await import('./suite.js');
  process.exitCode = await main(process.argv.slice(2));
}
