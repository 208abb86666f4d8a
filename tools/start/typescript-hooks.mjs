// Node.js runs these hooks for each module that `import` loads, see load-typescript.mjs.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compiledCode } from './compiled-code.mjs';

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  const source = sourceOf(specifier, context.parentURL);
  return source === undefined ? next(specifier, context) : { ...(await next(source, context)), format: 'module' };
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!/^file:.*\.ts(\?|$)/.test(url)) return next(url, context);
  return { format: 'module', source: await compiledCode(fileURLToPath(url)), shortCircuit: true };
}

/**
 * The URL of the TypeScript that an import means: `./x.js` is `x.ts`, if that exists.
 * @param {string} specifier @param {string | undefined} parent
 */
function sourceOf(specifier, parent) {
  if (!/^(\.{0,2}\/|file:)/.test(specifier) || parent?.includes('/node_modules/')) return undefined;
  const url = new URL(specifier, parent);
  url.pathname = url.pathname.replace(/\.js$/, '.ts');
  return url.pathname.endsWith('.ts') && existsSync(url) ? url.href : undefined;
}
