import { join } from 'node:path';
import { bypassProxies } from '../../platform/settings/proxies.js';
import { type Account, postgresAccount } from './account.js';
import {
  asUnusable,
  type DataFolder,
  type DataFolderOptions,
  makeDataFolder,
  rotateLogs,
  sweepEphemeral,
} from './data-folder.js';
import { claimRunFile } from './supervisor/run-file.js';
import { Supervisor } from './supervisor/supervisor.js';

type RunOptions = Omit<DataFolderOptions, 'account'> & {
  /** Called once if processes of an earlier start must end first. */
  readonly onWait?: () => void;
};

/** A data folder that this process has locked, and the supervisor of the processes in it. */
export interface Run {
  readonly data: DataFolder;
  /** The account that runs PostgreSQL, if it is not the account of this process. */
  readonly account: Account | undefined;
  readonly supervisor: Supervisor;
}

/**
 * Locks the data folder, stops processes that a killed start left behind, and starts the supervisor. Ends with
 * `supervisor.stopAll()`. From then on, requests to this machine bypass proxies.
 * @throws {CommandFault}
 */
export async function openRun({ projectRoot, folder, ephemeral, onWait }: RunOptions): Promise<Run> {
  bypassProxies();
  const account = postgresAccount(projectRoot);
  await sweepEphemeral();
  const data = makeDataFolder({ projectRoot, account, folder, ephemeral });
  try {
    const record = await claimRunFile(data.runFile, data.root, onWait);
    rotateLogs(data);
    const supervisor = new Supervisor(
      { runFile: data.runFile, record, ...(ephemeral && { removeAtEnd: data.root }) },
      join(data.logs, 'supervisor.log'),
    );
    return { data, account, supervisor };
  } catch (error) {
    throw asUnusable(data.root, error);
  }
}
