// Plain JavaScript: the hooks that load TypeScript use it, see load-typescript.mjs.
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What the compiled code depends on besides its source.
 * @typedef {{ readonly tsconfig: string, readonly key: string }} Options
 */

/** @param {string} root folder of tsconfig.json @returns {Options} */
export function compilerOptions(root) {
  const tsconfig = readFileSync(join(root, 'tsconfig.json'), 'utf8');
  const { version } = /** @type {{ version: string }} */ (createRequire(import.meta.url)('esbuild/package.json'));
  return { tsconfig, key: [version, process.version, tsconfig].join('\n') };
}

/**
 * The last line of the code in `target`: what it was made from.
 * @param {string} text of the source @param {Options} options
 */
const markOf = (text, { key }) => `\n// ${createHash('sha256').update(key).update(text).digest('hex')}\n`;

/**
 * The code of a source, compiled into the file `target` unless that is current.
 * @param {string} source @param {string} target @param {Options} options
 * @returns {Promise<string>}
 * @throws the source cannot be read or compiled, or `target` cannot be written
 */
export async function compileInto(source, target, options) {
  const text = readFileSync(source, 'utf8');
  const mark = markOf(text, options);
  const current = contentOf(target);
  if (current?.endsWith(mark)) return current;
  const code = (isTypeScript(source) ? await compile(source, text, options) : text) + mark;
  write(target, (part) => writeFileSync(part, code));
  return code;
}

/**
 * @param {string} source @param {string} text of the source @param {Options} options
 * @returns {Promise<string>} with a source map
 */
export async function compile(source, text, { tsconfig }) {
  // Loaded on demand: usually there is nothing to compile.
  const { transform } = await import('esbuild');
  const { code } = await transform(text, {
    loader: source.endsWith('x') ? 'tsx' : 'ts',
    sourcefile: pathToFileURL(source).href,
    sourcemap: 'inline',
    sourcesContent: false,
    target: `node${process.versions.node}`,
    tsconfigRaw: tsconfig,
    logLevel: 'silent',
  });
  return code;
}

/** @param {string} file */
export const isTypeScript = (file) => /\.[cm]?tsx?$/.test(file);

/** @param {string} file */
export const compiledName = (file) => file.replace(/\.([cm]?)tsx?$/, '.$1js');

/**
 * Replaces a file. Others see the old or the new one.
 * @param {string} target @param {(part: string) => void} create
 */
export function write(target, create) {
  mkdirSync(dirname(target), { recursive: true });
  const part = `${target}.${randomUUID()}`;
  try {
    create(part);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** @param {string} file */
function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
