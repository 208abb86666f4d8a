import { readdirSync, statSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { putIntoCache, withTemporaryFolder } from './cache.js';
import { withTimeLimit } from './child-process.js';
import type { FoundBinary, SourceContext } from './source.js';
import { pinnedVersion, readVersion } from './version.js';

/** Often enough for a smooth progress bar. */
const pollMs = 100;

export interface Download {
  readonly message: string;
  readonly totalBytes?: number;
  /** Writes to `folder` only and returns the path of the binary. Ends its processes when `signal` aborts. */
  fetch(folder: string, signal: AbortSignal): Promise<string>;
}

/**
 * Downloads into a temporary folder, checks that the binary runs and has the pinned version, and moves it into the cache. Aborts a
 * download without new bytes. Removes everything if a step fails.
 */
export async function downloadIntoCache(context: SourceContext, download: Download): Promise<FoundBinary> {
  const { cacheEntry, limits, signal } = context;
  const { message, totalBytes } = download;
  const onBytes = (bytes: number) => {
    // The folder also contains copies and unpacked files.
    if (totalBytes === undefined) context.onProgress({ message, bytes });
    else context.onProgress({ message, bytes: Math.min(bytes, totalBytes), totalBytes });
  };
  return withTemporaryFolder(cacheEntry, async (folder) => {
    onBytes(0);
    signal.throwIfAborted();
    const whole = { ms: limits.downloadMs, reason: `not finished after ${limits.downloadMs / 1000} s`, signal };
    const binary = await withTimeLimit(whole, (inTime) =>
      withStallWatch({ folder, stallMs: limits.stallMs, signal: inTime, onBytes }, (watched) =>
        download.fetch(folder, watched),
      ),
    );
    await chmod(binary, 0o755);
    const version = await readVersion(binary, context);
    if (version !== pinnedVersion) throw new Error(`contains ${version} instead of ${pinnedVersion}`);
    return { path: await putIntoCache(cacheEntry, binary), version };
  });
}

interface StallWatch {
  readonly folder: string;
  /** Longest time without new bytes, in milliseconds. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/**
 * Aborts the signal of `work` when `signal` aborts, or when the size of the folder does not change for `stallMs`. `work` must react to
 * its signal.
 */
export async function withStallWatch<T>(
  { folder, stallMs, signal, onBytes }: StallWatch,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stalled = new AbortController();
  let bytes = 0;
  let changedAt = performance.now();
  const timer = setInterval(() => {
    const size = folderBytes(folder) ?? bytes;
    if (size !== bytes) {
      bytes = size;
      changedAt = performance.now();
      onBytes(bytes);
    } else if (performance.now() - changedAt >= stallMs) {
      stalled.abort(new Error(`no new bytes for ${stallMs / 1000} s`));
    }
  }, pollMs);
  try {
    return await work(AbortSignal.any([signal, stalled.signal]));
  } finally {
    clearInterval(timer);
  }
}

/** Size of all files below the folder; `undefined` if a folder disappears meanwhile. */
function folderBytes(folder: string): number | undefined {
  try {
    const stats = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
      statSync(join(folder, name), { throwIfNoEntry: false }),
    );
    return stats.reduce((sum, stat) => sum + (stat?.isFile() ? stat.size : 0), 0);
  } catch {
    return undefined;
  }
}
