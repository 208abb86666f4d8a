import { statfsSync } from 'node:fs';

/** Linux's file system in memory. */
const memory = '/dev/shm';
/** A round writes less than a tenth of it. */
const neededBytes = 1e9;

/**
 * Points TMPDIR to memory if there is room: files there survive kill -9 too, and Temporal's dev server is twice as fast.
 */
export function preferMemory(): void {
  if (process.env['TMPDIR'] !== undefined) return;
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize >= neededBytes) process.env['TMPDIR'] = memory;
  } catch {
    // Other systems use their default folder.
  }
}
