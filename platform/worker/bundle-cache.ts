import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { areUnchanged, type BundleInputs, hashOf } from './bundle-inputs.js';

export interface Built {
  readonly code: string;
  readonly inputs: BundleInputs;
}

export interface CachedBundleProps {
  readonly folder: string;
  /** Folder of the project whose bundle it is. */
  readonly root: string;
  /** What decides about the bundle besides its inputs: options and the like. */
  readonly mode: readonly unknown[];
  readonly build: () => Promise<Built>;
}

/** Several clones may share a folder, and each has a bundle for each mode: more than that were left by clones that are gone. */
const mostEntries = 8;
const entryName = /^workflow-bundle-/;

/**
 * The bundle that was made last from the same inputs, or a new one, which is kept in its place. An entry belongs to one project folder,
 * whose paths stand in the bundle's source map: a copy of a clone makes its own.
 * Safe to run by many at once. An entry that is damaged, cannot be read or belongs to other inputs is made anew; one that cannot be
 * written is done without.
 */
export async function cachedBundle({ folder, root, mode, build }: CachedBundleProps): Promise<string> {
  const file = join(folder, `workflow-bundle-${hashOf(JSON.stringify([root, mode])).slice(0, 16)}`);
  const kept = readEntry(file, root);
  if (kept !== undefined) return kept;
  const { code, inputs } = await build();
  try {
    keep(file, entryOf(code, inputs, root));
    removeOldest(folder);
  } catch (error) {
    // A full disk, a clone that may only be read: slower, and no reason to fail.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
  return code;
}

/** One file, so that it is there whole or not at all: the hash of the rest, the inputs, the code. */
function entryOf(code: string, inputs: BundleInputs, root: string): string {
  const fromRoot = [...inputs].map(([path, state]) => [relative(root, path), state]);
  const content = `${JSON.stringify(fromRoot)}\n${code}`;
  return `${hashOf(content)}\n${content}`;
}

/** @returns the code; `undefined` when there is no entry, or none that may be used */
function readEntry(file: string, root: string): string | undefined {
  try {
    const [hash, content] = cutAtLine(readFileSync(file, 'utf8'));
    if (hashOf(content) !== hash) return undefined;
    const [inputs, code] = cutAtLine(content);
    const fromRoot = JSON.parse(inputs) as [string, string][];
    return areUnchanged(fromRoot.map(([path, state]) => [resolve(root, path), state])) ? code : undefined;
  } catch {
    return undefined;
  }
}

function cutAtLine(text: string): [line: string, rest: string] {
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1)];
}

/** Readers see the old file or the new one, never a part. */
function keep(file: string, entry: string): void {
  const part = `${file}.${randomUUID()}`;
  mkdirSync(resolve(file, '..'), { recursive: true });
  try {
    writeFileSync(part, entry);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function removeOldest(folder: string): void {
  const entries = readdirSync(folder)
    .filter((name) => entryName.test(name))
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs }))
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
  for (const { path } of entries.slice(mostEntries)) rmSync(path, { force: true });
}
