import { join } from 'node:path';
import { bypassProxies } from '../../platform/settings/proxies.js';
import { type Account, postgresAccount } from './account.js';
import { asUnusable, type DataFolder, makeDataFolder, rotateLogs, sweepEphemeral } from './data-folder.js';
import { claimRunFile } from './supervisor/run-file.js';
import { Supervisor } from './supervisor/supervisor.js';

export interface RunOptions {
  readonly projectRoot: string;
  /** Folder for data and logs, as the user set it. */
  readonly folder: string | undefined;
  /** Keep nothing: a temporary folder, removed at the end, however that comes. */
  readonly ephemeral: boolean;
  /** Called once when what an earlier start has left has to end first. @default - nobody is told */
  readonly onWait?: () => void;
}

/** A data folder that is this process's own, and the supervisor that ends whatever is started in it. */
export interface Run {
  readonly data: DataFolder;
  /** The account for PostgreSQL, where it is not this process's. */
  readonly account: Account | undefined;
  readonly supervisor: Supervisor;
}

/**
 * Takes the data folder, ends what a killed start may have left there, and starts the supervisor. Ends with
 * `supervisor.stopAll()`. What runs then is asked without a proxy, whatever the environment says.
 * @throws {AlreadyRunning | DataFolderUnusable}
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
