import { chmod } from 'node:fs/promises';
import { putIntoCache, withTemporaryFolder } from './cache.js';
import type { FoundBinary, SourceContext } from './source.js';
import { withStallWatch } from './stall-watch.js';
import { withTimeLimit } from './time-limit.js';
import { readVersion } from './version-check.js';
import { pinnedVersion } from './versions.js';

export interface Download {
  /** Text beside the progress. */
  readonly message: string;
  /** Size of the download, if known in advance. */
  readonly totalBytes?: number;
  /** Writes to `folder` only and returns the path of the binary. Ends its processes when `signal` aborts. */
  fetch(folder: string, signal: AbortSignal): Promise<string>;
}

/**
 * Downloads into a temporary folder, checks that the binary runs and has the pinned version, and moves it into the cache. Aborts a
 * download without new bytes. Removes everything if a step fails.
 */
export async function downloadIntoCache(context: SourceContext, download: Download): Promise<FoundBinary> {
  const { cacheEntry, env, limits, signal } = context;
  const { message, totalBytes } = download;
  const report = (bytes: number) => {
    // The folder also contains copies and unpacked files.
    if (totalBytes === undefined) context.onProgress({ message, bytes });
    else context.onProgress({ message, bytes: Math.min(bytes, totalBytes), totalBytes });
  };
  return withTemporaryFolder(cacheEntry, async (folder) => {
    report(0);
    const whole = { ms: limits.downloadMs, reason: `not finished after ${limits.downloadMs / 1000} s`, signal };
    const binary = await withTimeLimit(whole, (inTime) =>
      withStallWatch({ folder, stallMs: limits.stallMs, signal: inTime, onBytes: report }, (watched) =>
        download.fetch(folder, watched),
      ),
    );
    await chmod(binary, 0o755);
    const version = await readVersion(binary, { env, versionMs: limits.versionMs, signal });
    if (version !== pinnedVersion) throw new Error(`contains ${version} instead of ${pinnedVersion}`);
    return { path: await putIntoCache(cacheEntry, binary), version };
  });
}
