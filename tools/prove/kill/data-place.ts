import { statfsSync } from 'node:fs';

/** Where Linux keeps files in memory. */
const memory = '/dev/shm';
/** A round writes less than a tenth of it. */
const neededBytes = 1e9;

/**
 * Puts the data of the servers into memory where there is room, as TMPDIR: kill -9 of a process takes nothing from there either, and
 * Temporal's development server is twice as fast.
 */
export function preferMemory(): void {
  if (process.env['TMPDIR'] !== undefined) return;
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize >= neededBytes) process.env['TMPDIR'] = memory;
  } catch {
    // Systems without it have their ordinary folder.
  }
}
