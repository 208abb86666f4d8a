// Preloaded into API and worker with --inspect: keeps the lines of the sources in stacks. In debug mode, Temporal's SDK runs workflows in
// the main thread, and its `Error.prepareStackTrace` replaces the source maps of Node.js there.
import { findSourceMap } from 'node:module';

/** @typedef {(error: Error, frames: NodeJS.CallSite[]) => unknown} Prepare */

/** @type {Prepare | undefined} */
let current = Error.prepareStackTrace;
const mapping = new WeakSet();

Object.defineProperty(Error, 'prepareStackTrace', {
  configurable: true,
  get: () => current,
  set: (/** @type {Prepare | undefined} */ prepare) => {
    current = typeof prepare === 'function' && !mapping.has(prepare) ? withSourceMaps(prepare) : prepare;
  },
});

/**
 * @param {Prepare} prepare
 * @returns {Prepare}
 */
function withSourceMaps(prepare) {
  /** @type {Prepare} */
  const prepareMapped = (error, frames) => {
    const stack = prepare(error, frames);
    return typeof stack === 'string' ? stack.replaceAll(/([^\s()]+):(\d+):(\d+)(?=\)?$)/gm, mapped) : stack;
  };
  mapping.add(prepareMapped);
  return prepareMapped;
}

/** @param {string} place @param {string} file @param {string} line @param {string} column */
function mapped(place, file, line, column) {
  const { originalSource, originalLine, originalColumn } = /** @type {Partial<import('node:module').SourceMapping>} */ (
    findSourceMap(file)?.findEntry(Number(line) - 1, Number(column) - 1) ?? {}
  );
  if (originalSource === undefined || originalLine === undefined || originalColumn === undefined) return place;
  return `${originalSource}:${originalLine + 1}:${originalColumn + 1}`;
}
