import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { nearestExisting } from '../cli/nearest-existing.js';
import { isRunning } from '../cli/processes.mjs';
import { type Account, isReachable } from './account.js';
import { readRunRecord, stopLeftovers } from './supervisor/run-file.js';

/** Data folders of root, if PostgreSQL's account cannot reach the clone. */
const sharedData = '/var/lib/atlas';
/** Space that an empty PostgreSQL and a little work need. */
const lowDiskMegabytes = 100;
/** In bytes: PostgreSQL's MAXPGPATH of 1024 minus the names of its files. */
const longestPath = 950;
const ephemeralPrefix = 'atlas-ephemeral-';

export type DataFolder = ReturnType<typeof describe>;

export interface DataFolderOptions {
  readonly projectRoot: string;
  /** The account that PostgreSQL runs as, if it is not the account of this process. */
  readonly account: Account | undefined;
  /** `ATLAS_DATA_DIR`. @default - `.atlas` in the clone; `/var/lib/atlas/…` if the account cannot reach root's clone */
  readonly folder: string | undefined;
  /** Use a temporary folder, which is removed at the end, also after a crash. */
  readonly ephemeral: boolean;
}

const unusable = (message: string, options?: ErrorOptions) =>
  new CommandFault(message, { ...options, code: 'data-folder-unusable' });

/**
 * Chooses and creates the data folder, with its subfolders.
 * @throws {CommandFault} it cannot be written, or PostgreSQL's account cannot reach it
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

/** One by one: with `recursive`, Node.js loops forever where the file system rejects new folders, as below /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another start created it, or it is a broken link, which the next step reports.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Explains an error of the file system; returns other errors unchanged. */
export function asUnusable(root: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return unusable(`The data folder ${root} cannot be used: ${reason(error)}`, { cause: error });
}

/** A remark if the disk is nearly full, which may be why something failed. */
export function diskRemark(root: string): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(root);
    const megabytes = Math.floor((bavail * bsize) / 1e6);
    return megabytes < lowDiskMegabytes ? `Only ${megabytes} MB are free on the disk with ${root}.` : undefined;
  } catch {
    return undefined;
  }
}

export function rotateLogs(data: DataFolder): void {
  for (const file of readdirSync(data.logs)) {
    if (/(?<!\.previous)\.log$/.test(file))
      renameSync(join(data.logs, file), join(data.logs, file.replace(/\.log$/, '.previous.log')));
  }
}

/**
 * Removes the ephemeral data of this user's platforms that were killed together with their supervisor, and stops their processes.
 * All others remove their folders themselves.
 */
export async function sweepEphemeral(): Promise<void> {
  for (const folder of [temporaryFolder(), sharedData].flatMap(ephemeralFolders)) {
    const { runFile } = describe(folder, true);
    const record = readRunRecord(runFile);
    if (!record || isRunning(record.launcher) || (record.supervisor && isRunning(record.supervisor))) continue;
    if (statSync(folder).uid === process.getuid?.()) await stopLeftovers(runFile, record, folder);
  }
}

/** Absolute, because the children have other working directories. */
const temporaryFolder = (): string => resolve(tmpdir());

function ephemeralFolders(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((entry) => entry.startsWith(ephemeralPrefix))
    .map((entry) => join(parent, entry));
}

function describe(root: string, ephemeral: boolean) {
  return {
    root,
    logs: join(root, 'logs'),
    secrets: join(root, 'secrets'),
    postgres: join(root, 'postgres'),
    temporal: join(root, 'temporal'),
    runFile: join(root, 'run.json'),
    /** Removed at the end. */
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
 * The data folder of a platform that is not ephemeral; it may not exist yet.
 * @throws {CommandFault} PostgreSQL cannot work in a folder with this path
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
  throw unusable(
    `The data folder ${JSON.stringify(asGiven)} cannot be used: ${fault}; set ATLAS_DATA_DIR (TMPDIR with --ephemeral) to another folder`,
  );
}

function pathFault(path: string, asGiven: string): string | undefined {
  const bytes = Buffer.byteLength(path);
  if (bytes > longestPath) return `its path has ${bytes} bytes, more than PostgreSQL's limit of ${longestPath}`;
  if (/[\n\r]/.test(path)) return 'PostgreSQL accepts no line break in a path';
  if (path.includes('\uFFFD')) return 'its path is not valid UTF-8';
  return /^~(\/|$)/.test(asGiven) ? 'only a shell expands ~, so write the whole path' : undefined;
}

/** Lets PostgreSQL's account enter the folder, to reach its own folder below it. */
function openTheWay(root: string, account: Account): void {
  if (statSync(root).uid === process.getuid?.()) chmodSync(root, (statSync(root).mode & 0o7777) | 0o055);
  if (isReachable(root, account)) return;
  throw unusable(
    `PostgreSQL cannot run as root, and the account that runs it instead (${account.name}) cannot reach ${root}: ` +
      'set ATLAS_DATA_DIR to a folder that all users can enter',
  );
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM')
    return `this user has no write permission (${message}); change its owner, or set ATLAS_DATA_DIR to another folder`;
  // Node.js reports ENOENT if a parent folder cannot be created.
  if (code === 'EROFS' || code === 'ENOENT')
    return 'it cannot be created, or is on a read-only file system; set ATLAS_DATA_DIR to another folder';
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return `a file has its path (${message}); move it away, or set ATLAS_DATA_DIR to another folder`;
  if (code !== 'ENOSPC') return message;
  return 'the disk is full; free some space, or set ATLAS_DATA_DIR to a folder on another disk';
}
