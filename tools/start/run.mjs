// `node tools/start/run.mjs [FILE [ARGUMENTS]]`. Plain JavaScript: installs the packages, and then runs a program of this repository.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const [node = '', , file, ...args] = process.argv;
process.exitCode = await prepare(root);
if (process.exitCode === 0 && file !== undefined) {
  const program = join(root, file);
  process.argv = [node, program, ...args];
  await import(pathToFileURL(program).href);
}
