// `node --import ./tools/start/load-typescript.mjs FILE` runs TypeScript from a cache of compiled code: processes start in half the time
// that tsx takes. import.meta.url, error stacks and debuggers name the sources.
import module, { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const require = createRequire(import.meta.url);
/** @typedef {(loaded: NodeModule, file: string) => void} Load */
const extensions = /** @type {Record<string, Load>} */ (require.extensions);

// Threads are those of packages, such as Temporal's, which run no TypeScript.
if (isMainThread) {
  process.setSourceMapsEnabled(true);
  module.register('./typescript-hooks.mjs', import.meta.url);
  // Temporal's SDK loads converters with `require`, which has no hooks.
  extensions['.ts'] = (loaded, file) => {
    /** @type {typeof import('tsx/cjs/api')} */ (require('tsx/cjs/api')).register();
    extensions['.ts']?.(loaded, file);
  };
}
