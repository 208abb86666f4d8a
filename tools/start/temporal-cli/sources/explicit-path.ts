import { resolve } from 'node:path';
import { TemporalCliPathInvalid } from '../errors.js';
import type { Source } from '../source.js';
import { readVersion } from '../version-check.js';

/** The binary that the user names, of any version. If it does not work, the search ends. */
export const explicitPath: Source = {
  name: 'TEMPORAL_CLI_PATH',
  title: 'TEMPORAL_CLI_PATH',
  async find({ explicitPath: named, env, limits, signal }) {
    if (named === undefined) throw new Error('not set');
    const path = resolve(named);
    try {
      return { path, version: await readVersion(path, { env, versionMs: limits.versionMs, signal }) };
    } catch (error) {
      signal.throwIfAborted();
      throw new TemporalCliPathInvalid((error as Error).message, { cause: error });
    }
  },
};
