import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/**
 * The inputs of a bundle: the state of each absolute path. Missing paths count too: webpack looks for `x.ts` before `x.js`, so a new
 * file can change the meaning of an old import.
 */
export type BundleInputs = ReadonlyMap<string, string>;

export const absent = 'absent';
const listing = 'listing';

export const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The state of a path: files by content hash, because a copy or an editor can keep time and size; links by target too. */
export function stateAt(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return absent;
  const here = stat.isFile() ? hashOf(readFileSync(path)) : stat.isDirectory() ? 'folder' : 'other';
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  return isLink ? `${here} behind ${readlinkSync(path)}` : here;
}

/** The names in a folder and below. For imports with a computed path, webpack bundles all of these files. */
export const listingAt = (folder: string): string =>
  `${listing} ${hashOf(JSON.stringify(readdirSync(folder, { recursive: true }).sort()))}`;

/** @returns whether each path is unchanged; `false` if a path cannot be read */
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
