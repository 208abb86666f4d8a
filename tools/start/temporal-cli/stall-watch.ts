import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface StallWatch {
  /** Folder that the work writes to. */
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
export async function withStallWatch<T>(watch: StallWatch, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  watch.signal.throwIfAborted();
  const stalled = new AbortController();
  const stop = pollSize(watch, () => stalled.abort(new Error(`no new bytes for ${watch.stallMs / 1000} s`)));
  try {
    return await work(AbortSignal.any([watch.signal, stalled.signal]));
  } finally {
    stop();
  }
}

function pollSize({ folder, stallMs, onBytes }: StallWatch, onStall: () => void): () => void {
  let stopped = false;
  let bytes = 0;
  let changedAt = performance.now();
  const poll = async () => {
    const size = await folderBytes(folder);
    if (stopped) return;
    if (size !== bytes) {
      bytes = size;
      changedAt = performance.now();
      onBytes(bytes);
    } else if (performance.now() - changedAt >= stallMs) {
      onStall();
      return;
    }
    timer = setTimeout(poll, pollMs);
  };
  let timer = setTimeout(poll, pollMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Often enough for a smooth progress bar. */
const pollMs = 100;

/** Size of all files below the folder. Files that disappear meanwhile count as empty. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return folderBytes(path);
      return stat(path).then(
        ({ size }) => size,
        () => 0,
      );
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
