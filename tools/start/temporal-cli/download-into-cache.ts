import { chmod } from 'node:fs/promises';
import { putIntoCache, withTemporaryFolder } from './cache.js';
import type { FoundBinary, SourceContext } from './source.js';
import { withStallWatch } from './stall-watch.js';
import { withTimeLimit } from './time-limit.js';
import { readVersion } from './version-check.js';
import { pinnedVersion } from './versions.js';

export interface Download {
  /** What is being done, for the line of progress. */
  readonly message: string;
  /** Size of the download, where it is known beforehand. */
  readonly totalBytes?: number;
  /** Writes to `folder` only and returns the path of the binary there. Ends what it started when `signal` aborts. */
  fetch(folder: string, signal: AbortSignal): Promise<string>;
}

/**
 * Runs a download in a temporary folder, given up when no byte arrives, and moves the binary into the cache once it has been
 * seen to run and to be the pinned version. Nothing is left behind when any of it fails.
 */
export async function downloadIntoCache(context: SourceContext, download: Download): Promise<FoundBinary> {
  const { cacheEntry, env, limits, signal } = context;
  const { message, totalBytes } = download;
  const report = (bytes: number) => {
    // Beside the download lie copies and unpacked files: past the total there is nothing to tell.
    if (totalBytes === undefined) context.onProgress({ message, bytes });
    else context.onProgress({ message, bytes: Math.min(bytes, totalBytes), totalBytes });
  };
  return withTemporaryFolder(cacheEntry, async (folder) => {
    report(0);
    const whole = { ms: limits.downloadMs, reason: `not done after ${limits.downloadMs / 1000} s, given up`, signal };
    const binary = await withTimeLimit(whole, (inTime) =>
      withStallWatch({ folder, stallMs: limits.stallMs, signal: inTime, onBytes: report }, (watched) =>
        download.fetch(folder, watched),
      ),
    );
    await chmod(binary, 0o755);
    const version = await readVersion(binary, { env, versionMs: limits.versionMs, signal });
    if (version !== pinnedVersion) throw new Error(`brought ${version} instead of ${pinnedVersion}`);
    return { path: await putIntoCache(cacheEntry, binary), version };
  });
}
