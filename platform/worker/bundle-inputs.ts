import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/**
 * What a bundle was made from: for each path, absolute, what was there. A path at which nothing was found counts too: webpack looks
 * for `x.ts` before `x.js`, so that a new file can change what an old import means.
 */
export type BundleInputs = ReadonlyMap<string, string>;

export const absent = 'absent';
const listing = 'listing';

export const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** What is at `path` now: contents by their hash, because a copy or an editor can keep time and size; links by their target. */
export function stateAt(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return absent;
  const here = stat.isFile() ? hashOf(readFileSync(path)) : stat.isDirectory() ? 'folder' : 'other';
  const target = linkAt(path);
  return target === undefined ? here : `${here} behind ${target}`;
}

/** The names in a folder and below, for imports whose path is computed: webpack takes all files that are there. */
export const listingAt = (folder: string): string =>
  `${listing} ${hashOf(JSON.stringify(readdirSync(folder, { recursive: true }).sort()))}`;

/** @returns whether each path is as it was; false too when that cannot be told */
export function areUnchanged(inputs: Iterable<readonly [path: string, state: string]>): boolean {
  try {
    for (const [path, state] of inputs) {
      if ((state.startsWith(listing) ? listingAt(path) : stateAt(path)) !== state) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
