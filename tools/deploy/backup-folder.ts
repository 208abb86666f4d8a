import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CommandFault } from '../cli/faults.js';

export const archiveFile = 'postgres.tar.gz';
export const descriptionFile = 'backup.json';
export const backupFormat = 1;

/** What a backup's folder says of itself. */
export interface BackupDescription {
  readonly format: typeof backupFormat;
  readonly stage: string;
  /** Of the stage; it says how many history shards Temporal's data was made with. */
  readonly kind: string;
  readonly takenAt: string;
  /** Tag of PostgreSQL's image. */
  readonly postgres: string;
  readonly temporal: string;
  readonly app: string;
  readonly appDatabase: string;
  readonly appRole: string;
  readonly archive: { readonly file: typeof archiveFile; readonly bytes: number; readonly sha256: string };
}

/** A folder as a person names it: from where npm was run. */
export const folderOf = (named: string): string => resolve(process.env['INIT_CWD'] || process.cwd(), named);

/** Reads what a backup says of itself, and holds its archive against that. @throws {CommandFault} */
export async function readBackup(folder: string): Promise<BackupDescription> {
  const path = join(folder, descriptionFile);
  if (!existsSync(path)) throw new CommandFault(`${folder} holds no backup: there is no ${descriptionFile} in it`);
  const description = parse(path);
  if (description.format !== backupFormat)
    throw new CommandFault(`${path} is of the form ${description.format}, and this version reads ${backupFormat}`);
  const archive = join(folder, archiveFile);
  if (!existsSync(archive)) throw new CommandFault(`${archive} is missing: the backup is not whole`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  if (hash.digest('hex') !== description.archive.sha256)
    throw new CommandFault(
      `${archive} is not what it was when the backup was taken: its SHA-256 differs. Take another backup`,
    );
  return description;
}

function parse(path: string): BackupDescription {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as BackupDescription;
  } catch (error) {
    throw new CommandFault(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
