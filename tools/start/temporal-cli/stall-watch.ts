import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface StallWatch {
  /** Folder that the work writes its bytes to. */
  readonly folder: string;
  /** Time without a byte after which the work is given up, in milliseconds. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/**
 * Gives `work` a signal that aborts when `signal` does, or when the size of the folder has not changed for `stallMs`.
 * Rejects only when `work` does: `work` must heed its signal.
 */
export async function withStallWatch<T>(watch: StallWatch, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(watch.signal.reason);
  watch.signal.throwIfAborted();
  watch.signal.addEventListener('abort', abort, { once: true });
  const stop = pollSize(watch, () =>
    controller.abort(new Error(`no byte has arrived for ${watch.stallMs / 1000} s, given up`)),
  );
  try {
    return await work(controller.signal);
  } finally {
    stop();
    watch.signal.removeEventListener('abort', abort);
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

/** Often enough for a bar that moves. */
const pollMs = 100;

/** Sizes of all files below the folder. What disappears while it is being looked at counts as nothing. */
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
