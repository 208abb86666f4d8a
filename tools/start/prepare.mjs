// Plain JavaScript: runs before each command of this repository.
import { cloneFault, ensureInstalled, nodeFault, platformFault, temporaryFault } from './install.mjs';

/**
 * Checks that programs can run in this clone, and installs missing packages. Afterwards `import` loads TypeScript, and so does
 * `require`, with which Temporal's SDK loads converters.
 * @param {string} root folder of package.json
 * @returns {Promise<number>} the exit code: 0 if programs can run; otherwise standard error says why not
 */
export async function prepare(root) {
  const fault = platformFault() ?? nodeFault() ?? cloneFault(root) ?? temporaryFault();
  if (fault) process.stderr.write(`${fault}\n`);
  const failed = fault ? 1 : ensureInstalled(root);
  if (failed !== 0) return failed;
  await import('./load-typescript.mjs');
  return 0;
}
