import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { areUnchanged, type BundleInputs, hashOf } from './bundle-inputs.js';

export interface Built {
  readonly code: string;
  readonly inputs: BundleInputs;
}

export interface CachedBundleProps {
  readonly folder: string;
  /** Folder of the project. */
  readonly root: string;
  /** Everything besides the inputs that the bundle depends on, such as options. */
  readonly mode: readonly unknown[];
  readonly build: () => Promise<Built>;
}

/** Clones may share a folder, with an entry for each clone and mode. More entries are left over from deleted clones. */
const maxEntries = 8;
const entryName = /^workflow-bundle-/;

/**
 * The cached bundle if its inputs have not changed; otherwise a new one, which replaces the entry. An entry belongs to one project
 * folder, because the bundle's source map contains its paths: a copy of a clone builds its own.
 * Safe to call concurrently. An entry that is damaged, unreadable or from other inputs is rebuilt; one that cannot be written is skipped.
 */
export async function cachedBundle({ folder, root, mode, build }: CachedBundleProps): Promise<string> {
  const file = entryFile({ folder, root, mode });
  const deadline = performance.now() + longestBuildMs;
  for (;;) {
    const kept = readEntry(file, root);
    if (kept !== undefined) return kept;
    if (await isBuilding(file, deadline)) continue;
    const end = beginBuild(file);
    try {
      const { code, inputs } = await build();
      attempt(() => {
        keep(file, entryOf(code, inputs, root));
        removeOldest(folder);
      });
      return code;
    } finally {
      end();
    }
  }
}

/** A build in another process takes longer only if that process hangs. */
const longestBuildMs = 30_000;
const buildPollMs = 20;

const buildFile = (file: string): string => join(dirname(file), `building-${basename(file)}`);

/** Marks the entry as being built by this process. @returns removes the mark */
function beginBuild(file: string): () => void {
  const mark = buildFile(file);
  attempt(() => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(mark, String(process.pid));
  });
  return () => attempt(() => rmSync(mark, { force: true }));
}

/**
 * Waits while another process builds the entry: its result is there sooner than a second one, which would slow it down.
 * @returns whether it waited
 */
async function isBuilding(file: string, deadline: number): Promise<boolean> {
  const isLocked = () => performance.now() < deadline && isOtherProcess(contentOf(buildFile(file)));
  if (!isLocked()) return false;
  while (isLocked()) await delay(buildPollMs);
  return true;
}

function isOtherProcess(pid: number | undefined): boolean {
  if (!pid || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function contentOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A full disk or a read-only clone makes the start slower, but is no reason to fail. */
function attempt(change: () => void): void {
  try {
    change();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

type EntryOf = Pick<CachedBundleProps, 'folder' | 'root' | 'mode'>;

const entryFile = ({ folder, root, mode }: EntryOf): string =>
  join(folder, `workflow-bundle-${hashOf(JSON.stringify([root, mode])).slice(0, 16)}`);

/** The absolute paths of the inputs of the cached bundle, whether they have changed or not; none without a valid entry. */
export const cachedInputs = (entry: EntryOf): string[] =>
  openEntry(entryFile(entry), entry.root)?.inputs.map(([path]) => path) ?? [];

/** The hash of the rest, the inputs and the code, in one file that is written atomically. */
function entryOf(code: string, inputs: BundleInputs, root: string): string {
  const fromRoot = [...inputs].map(([path, state]) => [relative(root, path), state]);
  const content = `${JSON.stringify(fromRoot)}\n${code}`;
  return `${hashOf(content)}\n${content}`;
}

/** @returns the code, or `undefined` without a valid entry of unchanged inputs */
function readEntry(file: string, root: string): string | undefined {
  const entry = openEntry(file, root);
  return entry && areUnchanged(entry.inputs) ? entry.code : undefined;
}

/** @returns `undefined` without a valid entry */
function openEntry(file: string, root: string): { code: string; inputs: [path: string, state: string][] } | undefined {
  try {
    const [hash, content] = cutAtLine(readFileSync(file, 'utf8'));
    if (hashOf(content) !== hash) return undefined;
    const [inputs, code] = cutAtLine(content);
    const fromRoot = JSON.parse(inputs) as [string, string][];
    return { code, inputs: fromRoot.map(([path, state]) => [resolve(root, path), state]) };
  } catch {
    return undefined;
  }
}

function cutAtLine(text: string): [line: string, rest: string] {
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1)];
}

/** Writes atomically: readers see the old file or the new one. */
function keep(file: string, entry: string): void {
  const part = `${file}.${randomUUID()}`;
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
  for (const { path } of entries.slice(maxEntries)) rmSync(path, { force: true });
}
