import { readCacheEntry } from '../cache.js';
import type { Source } from '../source.js';
import { readVersion } from '../version-check.js';
import { pinnedVersion } from '../versions.js';

/** The download of an earlier start, of this or another clone. */
export const cached: Source = {
  name: 'cache',
  title: 'the cache',
  async find({ cacheEntry, env, limits, signal }) {
    const path = await readCacheEntry(cacheEntry).catch((error: Error) => {
      throw new Error(`${error.message} (${cacheEntry})`, { cause: error });
    });
    const version = await readVersion(path, { env, versionMs: limits.versionMs, signal });
    if (version !== pinnedVersion) throw new Error(`${path} is ${version} instead of ${pinnedVersion}`);
    return { path, version };
  },
};
