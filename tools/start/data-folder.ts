import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { nearestExisting } from '../cli/nearest-existing.js';
import { type Account, isReachable } from './account.js';
import { isRunning } from './supervisor/processes.mjs';
import { endLeftOvers, readRunRecord } from './supervisor/run-file.js';

/** Where root's platform keeps what PostgreSQL's ordinary account must reach, when the clone is closed to it. */
const sharedData = '/var/lib/atlas';
/** An empty PostgreSQL and a little work need about this much. */
const lowDiskMegabytes = 100;
/** PostgreSQL's MAXPGPATH is 1024, and its files have names of their own. In bytes. */
const longestPath = 950;
const ephemeralPrefix = 'atlas-ephemeral-';

/** Where a platform keeps everything that it writes. */
export interface DataFolder {
  readonly root: string;
  readonly logs: string;
  readonly secrets: string;
  readonly postgres: string;
  readonly temporal: string;
  readonly runFile: string;
  /** Removed at the end. */
  readonly ephemeral: boolean;
}

export interface DataFolderOptions {
  readonly projectRoot: string;
  /** The account that PostgreSQL runs as, where it is not this process's. */
  readonly account: Account | undefined;
  /** What the user asked for (`ATLAS_DATA_DIR`). @default - `.atlas` in the clone, or `/var/lib/atlas/…` where root's clone is closed to the account */
  readonly folder: string | undefined;
  readonly ephemeral: boolean;
}

/** The data folder cannot be used; the message says which and what to do. */
class DataFolderUnusable extends Error {
  readonly code = 'data-folder-unusable';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataFolderUnusable';
  }
}

/**
 * Chooses the data folder and makes it, with the folders in it.
 * @throws {DataFolderUnusable} it cannot be written, or PostgreSQL's account cannot reach it
 */
export function makeDataFolder(options: DataFolderOptions): DataFolder {
  const root = choose(options);
  try {
    const data = describe(root, options.ephemeral);
    makeFolders(root);
    mkdirSync(data.logs, { recursive: true });
    mkdirSync(data.temporal, { recursive: true });
    mkdirSync(data.secrets, { recursive: true, mode: 0o700 });
    if (options.account) openTheWay(root, options.account);
    return data;
  } catch (error) {
    throw asUnusable(root, error);
  }
}

/** One by one: asked for all at once, Node.js goes round for ever where the file system makes none, as below /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another start was faster, or a link leads nowhere, of which the next step tells.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** What the file system said of the folder, in words that help. Errors that say enough already come back as they are. */
export function asUnusable(root: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new DataFolderUnusable(`The data folder ${root} cannot be used: ${reason(error)}`, { cause: error });
}

/** A remark where a disk that is nearly full may be why something failed; else `undefined`. */
export function diskRemark(root: string): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(root);
    const megabytes = Math.floor((bavail * bsize) / 1e6);
    return megabytes < lowDiskMegabytes ? `Only ${megabytes} MB are free on the disk that holds ${root}.` : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the last start's log beside the new one, and begins that. */
export function rotateLogs(data: DataFolder): void {
  for (const file of readdirSync(data.logs)) {
    if (!file.endsWith('.log') || file.endsWith('.previous.log')) continue;
    renameSync(join(data.logs, file), join(data.logs, file.replace(/\.log$/, '.previous.log')));
  }
}

/**
 * Ends and removes what ephemeral platforms of this user have left that were killed together with their supervisor.
 * All others remove their folder themselves.
 */
export async function sweepEphemeral(): Promise<void> {
  for (const folder of [temporaryFolder(), sharedData].flatMap(ephemeralFolders)) {
    const { runFile } = describe(folder, true);
    const record = readRunRecord(runFile);
    if (!record || isRunning(record.launcher) || (record.supervisor && isRunning(record.supervisor))) continue;
    if (statSync(folder).uid === process.getuid?.()) await endLeftOvers(runFile, record, folder);
  }
}

/** Absolute: the children work in other folders. */
const temporaryFolder = (): string => resolve(tmpdir());

function ephemeralFolders(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((entry) => entry.startsWith(ephemeralPrefix))
    .map((entry) => join(parent, entry));
}

function describe(root: string, ephemeral: boolean): DataFolder {
  return {
    root,
    logs: join(root, 'logs'),
    secrets: join(root, 'secrets'),
    postgres: join(root, 'postgres'),
    temporal: join(root, 'temporal'),
    runFile: join(root, 'run.json'),
    ephemeral,
  };
}

function choose(options: DataFolderOptions): string {
  if (!options.ephemeral) return dataFolderPath(options);
  const parent = refuseUnusable(temporaryFolder());
  if (isOpen(parent, options.account)) return mkdtempSync(join(parent, ephemeralPrefix));
  mkdirSync(sharedData, { recursive: true, mode: 0o755 });
  return mkdtempSync(join(sharedData, ephemeralPrefix));
}

const isOpen = (path: string, account: Account | undefined): boolean =>
  !account || isReachable(nearestExisting(path), account);

/**
 * The folder that a platform keeps its data in, unless it keeps none; it need not exist.
 * @throws {DataFolderUnusable} PostgreSQL cannot work in a folder with this path
 */
export function dataFolderPath({ projectRoot, account, folder }: Omit<DataFolderOptions, 'ephemeral'>): string {
  if (folder) return refuseUnusable(resolve(projectRoot, folder), folder);
  if (isOpen(projectRoot, account)) return refuseUnusable(join(projectRoot, '.atlas'));
  // Two clones may have the same folder name.
  const hash = createHash('sha256').update(projectRoot).digest('hex').slice(0, 8);
  return join(sharedData, `${basename(projectRoot)}-${hash}`);
}

function refuseUnusable(path: string, asGiven = path): string {
  const fault = pathFault(path, asGiven);
  if (fault === undefined) return path;
  throw new DataFolderUnusable(
    `The data folder ${JSON.stringify(asGiven)} cannot be used: ${fault}; set ATLAS_DATA_DIR (TMPDIR with --ephemeral) to another folder`,
  );
}

function pathFault(path: string, asGiven: string): string | undefined {
  const bytes = Buffer.byteLength(path);
  if (bytes > longestPath) return `its path has ${bytes} bytes, of which PostgreSQL takes ${longestPath}`;
  if (/[\n\r]/.test(path)) return 'PostgreSQL takes no line break in a path';
  if (path.includes('\uFFFD')) return 'its path is not valid UTF-8';
  return /^~(\/|$)/.test(asGiven) ? 'only a shell knows what ~ means, write the whole path' : undefined;
}

/** Lets PostgreSQL's account pass through the folder to its own, which is all it gets to see. */
function openTheWay(root: string, account: Account): void {
  if (statSync(root).uid === process.getuid?.()) chmodSync(root, (statSync(root).mode & 0o7777) | 0o055);
  if (isReachable(root, account)) return;
  throw new DataFolderUnusable(
    `PostgreSQL does not run as root, and the account it runs as instead (${account.name}) cannot reach ${root}: ` +
      'set ATLAS_DATA_DIR to a folder that everybody may enter',
  );
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `this user may not write there (${message}); change its owner, or set ATLAS_DATA_DIR to another folder`;
    case 'EROFS':
    // Node reports this for folders in folders that cannot be made.
    case 'ENOENT':
      return 'it cannot be made, or lies on a read-only file system; set ATLAS_DATA_DIR to another folder';
    case 'ENOTDIR':
    case 'EEXIST':
      return `a file is in its place (${message}); move it away, or set ATLAS_DATA_DIR to another folder`;
    case 'ENOSPC':
      return 'the disk is full; make room, or set ATLAS_DATA_DIR to a folder on another disk';
    default:
      return message;
  }
}
