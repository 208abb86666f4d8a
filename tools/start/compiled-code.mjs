import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, compiledName, compileInto, compilerOptions } from './compile.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const options = compilerOptions(root);

/** Where the code of all TypeScript in this repository is kept, tests included. `npm ci` removes it with node_modules. */
const folder = join(root, 'node_modules/.cache/atlas/code');

/**
 * The code of a TypeScript file: of this repository from the cache, unless the file has changed; others are compiled each time.
 * @param {string} file @returns {Promise<string>}
 * @throws the file cannot be read or compiled
 */
export async function compiledCode(file) {
  const path = relative(root, file);
  if (path.startsWith('..') || path.startsWith(`node_modules${sep}`))
    return compile(file, readFileSync(file, 'utf8'), options);
  try {
    return await compileInto(file, join(folder, compiledName(path)), options);
  } catch (error) {
    // The cache cannot be written: the disk is full, or the files are another user's.
    if (error instanceof Error && 'syscall' in error) return compile(file, readFileSync(file, 'utf8'), options);
    throw error;
  }
}
