import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Built {
  readonly code: string;
  /** Every file that went into it; absolute paths. */
  readonly files: readonly string[];
}

/** What a cached bundle was made of: the state of each file then. */
interface Manifest {
  readonly bundle: string;
  readonly files: Readonly<Record<string, string>>;
}

const manifestName = 'workflow-bundle.json';
const bundleName = /^workflow-bundle-[0-9a-f]+\.js$/;

/**
 * The bundle that was made last, if none of the files that went into it has changed since; else a new one, which is kept in its place.
 * Safe to run by many at once. A cache that cannot be read is made anew; one that cannot be written is done without.
 */
export async function cachedBundle(
  folder: string,
  build: () => Promise<Built>,
): Promise<{ codePath: string } | { code: string }> {
  const kept = readManifest(folder);
  if (kept && existsSync(join(folder, kept.bundle)) && isCurrent(kept)) return { codePath: join(folder, kept.bundle) };
  const began = Date.now();
  const built = await build();
  // Of a file that was saved meanwhile nobody can say which of the two went in.
  if (built.files.some((file) => changedSince(file, began))) return { code: built.code };
  try {
    return { codePath: keep(folder, built) };
  } catch (error) {
    // A full disk, a clone that may only be read: slower, and no reason to fail.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return { code: built.code };
  }
}

function keep(folder: string, { code, files }: Built): string {
  const bundle = `workflow-bundle-${createHash('sha256').update(code).digest('hex').slice(0, 16)}.js`;
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, bundle), code);
  const manifest: Manifest = { bundle, files: Object.fromEntries(files.map((file) => [file, stateOf(file)])) };
  writeWhole(join(folder, manifestName), JSON.stringify(manifest));
  for (const name of readdirSync(folder))
    if (bundleName.test(name) && name !== bundle) rmSync(join(folder, name), { force: true });
  return join(folder, bundle);
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

const isCurrent = ({ files }: Manifest): boolean =>
  Object.entries(files).every(([file, state]) => stateOf(file) === state);

const changedSince = (file: string, time: number): boolean =>
  (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY) > time;

/** Tells a changed file from an unchanged one without reading it. */
function stateOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : 'absent';
}

/** Readers see the old file or the new one, never a part. */
function writeWhole(file: string, text: string): void {
  const part = `${file}.${randomUUID()}`;
  writeFileSync(part, text);
  renameSync(part, file);
}
