import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CommandFault } from '../../../platform/errors/command-fault.js';
import type { Account } from '../account.js';
import { ServiceDied } from '../readiness.js';
import { startOrder } from '../start-order.js';
import type { Supervisor } from '../supervisor/supervisor.js';
import type { PostgresBinaries } from './binaries.js';

/** The administrator of the embedded server; the app has its own role. */
export const superuser = 'postgres';

export interface PostgresOptions {
  readonly supervisor: Supervisor;
  readonly binaries: PostgresBinaries;
  readonly folder: string;
  readonly logFile: string;
  readonly superuserPassword: string;
  readonly account: Account | undefined;
  /** Whether commits must survive a power failure. Without, ephemeral data is faster. */
  readonly durable: boolean;
}

/**
 * Creates the cluster if there is none. It is created in another folder and renamed at the end, so it is never incomplete.
 * @param majorVersion - of the binaries
 * @returns whether it was created
 * @throws {CommandFault} the data belongs to another major version
 * @throws {ServiceDied} with the output of initdb
 */
export async function ensureCluster(options: PostgresOptions, majorVersion: string): Promise<boolean> {
  const { folder, account } = options;
  const versionFile = join(folder, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim();
    if (found !== majorVersion)
      throw new CommandFault(
        `The data in ${folder} belongs to PostgreSQL ${found}, but this is PostgreSQL ${majorVersion}: move it away to start with an empty database, or dump it with the old version first`,
        { code: 'cluster-of-other-version' },
      );
    return false;
  }
  const part = `${folder}.new`;
  for (const entry of readdirSync(dirname(folder)))
    if (entry.startsWith(basename(part))) rmSync(join(dirname(folder), entry), { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  const passwordFile = join(part, 'password');
  writeFileSync(passwordFile, options.superuserPassword, { mode: 0o600 });
  if (account) for (const path of [part, passwordFile]) chownSync(path, account.uid, account.gid);
  await initialise(options, join(part, 'cluster'), passwordFile);
  renameSync(join(part, 'cluster'), folder);
  rmSync(part, { recursive: true, force: true });
  return true;
}

async function initialise(options: PostgresOptions, folder: string, passwordFile: string): Promise<void> {
  const initdb = await options.supervisor.spawn({
    service: 'initdb',
    startOrder: startOrder.postgres,
    command: options.binaries.initdb,
    args: [
      `--pgdata=${folder}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same collation everywhere: PostgreSQL's own C.UTF-8, and the only system locale that every machine has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...(options.durable ? [] : ['--no-sync']),
    ],
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    cwd: '/',
    logFile: options.logFile,
    stop: { signal: 'SIGTERM', boundMs: 1_000 },
    ...(options.account && { account: options.account }),
  });
  const exit = await Promise.race([initdb.exited, options.supervisor.lost]);
  if (exit.code !== 0) throw new ServiceDied('initdb', exit, options.logFile);
}
