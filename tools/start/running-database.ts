import { join } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { projectRoot } from '../../platform/settings/project.js';
import { readTextFile, type TextFileUnreadable } from '../../platform/settings/text-file.js';
import { isRunning } from '../cli/processes.mjs';
import type { DatabaseAddress } from '../keys/database-settings.js';
import { postgresAccount } from './account.js';
import { dataFolderPath } from './data-folder.js';
import { readRunRecord } from './supervisor/run-file.js';

/**
 * The database of the platform that `npm start` runs in this clone, on whichever port it is, with the password that was made for it.
 * @param folder - of its data, as the user set it
 * @throws {CommandFault} none runs, it is not ready yet, or it was started with a password of its own
 */
export function runningDatabase(folder: string | undefined): DatabaseAddress {
  const root = dataFolderPath({ projectRoot, account: postgresAccount(projectRoot), folder });
  const record = readRunRecord(join(root, 'run.json'));
  if (!record || record.stopping || !isRunning(record.launcher))
    throw new CommandFault(
      `POSTGRES_PASSWORD is not set, and no platform runs on ${root}: start one (npm start), name the data folder of one that runs (ATLAS_DATA_DIR), or set POSTGRES_PASSWORD for a database elsewhere.`,
    );
  const address = record.addresses['PostgreSQL'];
  if (address === undefined)
    throw new CommandFault(`The platform on ${root} is still starting: try again when it is ready.`);
  const { hostname, port, pathname, username } = new URL(address);
  return {
    POSTGRES_HOST: hostname,
    POSTGRES_PORT: Number(port),
    POSTGRES_DB: decodeURIComponent(pathname.slice(1)),
    POSTGRES_USER: decodeURIComponent(username),
    POSTGRES_PASSWORD: madePassword(join(root, 'secrets/postgres-password')),
  };
}

function madePassword(file: string): string {
  try {
    return readTextFile(file).trim();
  } catch (error) {
    throw new CommandFault(
      `The password that npm start makes cannot be read (${(error as TextFileUnreadable).code ?? (error as Error).message}, ${file}): run this as the user who started it, and with the same POSTGRES_PASSWORD if it was given one.`,
      { cause: error },
    );
  }
}
