// `node embedded/run.mjs [FILE [ARGUMENTS]]`. Plain JavaScript: installs the packages, and then runs a program of this repository.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled, nodeFault } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [node = '', , file, ...args] = process.argv;
const fault = nodeFault();
if (fault) process.stderr.write(`${fault}\n`);
const failed = fault ? 1 : ensureInstalled(root);
if (failed !== 0) {
  process.exitCode = failed;
} else if (file !== undefined) {
  const program = join(root, file);
  process.argv = [node, program, ...args];
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(program).href);
}
