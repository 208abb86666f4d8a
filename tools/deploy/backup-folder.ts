import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CommandFault } from '../../platform/errors/command-fault.js';

export const archiveFile = 'postgres.tar.gz';
export const descriptionFile = 'backup.json';
export const backupFormat = 1;

export interface BackupDescription {
  readonly format: typeof backupFormat;
  readonly stage: string;
  /** Kind of the stage, which determines the number of Temporal's history shards. */
  readonly kind: string;
  readonly takenAt: string;
  readonly postgres: string;
  readonly temporal: string;
  readonly app: string;
  readonly appDatabase: string;
  readonly appRole: string;
  readonly archive: { readonly file: typeof archiveFile; readonly bytes: number; readonly sha256: string };
}

/** Resolves a folder relative to where npm was run. */
export const folderOf = (named: string): string => resolve(process.env['INIT_CWD'] || process.cwd(), named);

/** Reads the description of a backup and verifies its archive. @throws {CommandFault} */
export async function readBackup(folder: string): Promise<BackupDescription> {
  const path = join(folder, descriptionFile);
  if (!existsSync(path)) throw new CommandFault(`${folder} is not a backup: it has no ${descriptionFile}`);
  const description = parse(path);
  if (description.format !== backupFormat)
    throw new CommandFault(`${path} has format ${description.format}, but this version reads format ${backupFormat}`);
  const archive = join(folder, archiveFile);
  if (!existsSync(archive)) throw new CommandFault(`${archive} is missing: the backup is incomplete`);
  if ((await sha256Of(archive)) !== description.archive.sha256)
    throw new CommandFault(`${archive} was changed after the backup: its SHA-256 differs. Use another backup`);
  return description;
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function parse(path: string): BackupDescription {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as BackupDescription;
  } catch (error) {
    throw new CommandFault(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
