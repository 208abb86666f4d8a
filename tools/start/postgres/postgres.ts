import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pg } from '../../../platform/database/pg.js';
import { CommandFault } from '../../../platform/errors/command-fault.js';
import type { Run } from '../open-run.js';
import { untilReady } from '../readiness.js';
import { keptPassword } from '../secrets.js';
import { startOrder } from '../start-order.js';
import { findPostgres } from './binaries.js';
import { ensureCluster, type PostgresOptions, superuser } from './cluster.js';
import { releaseStaleLock } from './stale-lock.js';

/** Major version of the binaries that package.json pins. */
const majorVersion = '17';
/** In milliseconds; after a crash, PostgreSQL first replays its log. */
const readyBoundMs = 60_000;

/**
 * Starts PostgreSQL on 127.0.0.1 with the run's data, which it creates if there is none, and returns when it answers queries.
 * @throws {ServiceDied | CommandFault}
 */
export async function startPostgres({ data, account, supervisor }: Run, port: number) {
  const options: PostgresOptions = {
    supervisor,
    account,
    binaries: findPostgres(account),
    folder: data.postgres,
    logFile: join(data.logs, 'postgres.log'),
    superuserPassword: keptPassword(join(data.secrets, 'postgres-superuser-password')),
    durable: !data.ephemeral,
  };
  if (!(await ensureCluster(options, majorVersion))) releaseStaleLock(data.postgres);
  const superuserUrl = `postgresql://${superuser}:${options.superuserPassword}@127.0.0.1:${port}/postgres`;
  const parameters = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    // Enough for several test files or replicas at once, each with a pool.
    max_connections: 200,
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const child = await supervisor.spawn({
    service: 'postgres',
    startOrder: startOrder.postgres,
    command: options.binaries.postgres,
    args: ['-D', options.folder, ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    cwd: '/',
    logFile: options.logFile,
    // SIGINT is the fast shutdown, which writes a checkpoint; SIGQUIT the immediate one, which also ends the server's processes.
    stop: { signal: 'SIGINT', boundMs: 2_000 },
    abort: { signal: 'SIGQUIT', boundMs: 1_000 },
    ...(account && { account }),
  });
  const isReady = async () => {
    assertServes(options.folder, child.pid);
    return askVersion(superuserUrl);
  };
  const version = await untilReady('PostgreSQL', child, isReady, readyBoundMs, isRefusal).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    throw new CommandFault(
      `PostgreSQL's superuser password in the folder "secrets" beside ${options.folder} does not match this data: restore the old file, or move the data away to start with an empty database`,
      { code: 'wrong-superuser-password', cause: error },
    );
  });
  return { child, /** Such as `17.10`. */ version, port, /** With the password. */ superuserUrl };
}

/** Checks the server's own status first: PostgreSQL logs a FATAL for each connection that comes too early. */
function assertServes(folder: string, pid: number): void {
  // Like pg_ctl: a file that a crash left behind has another pid.
  const [owner, , , , , , , status] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
  if (Number(owner) !== pid || status?.trim() !== 'ready') throw new Error('it is still starting');
}

async function askVersion(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version.split(' ')[0] ?? '';
  } finally {
    await client.end().catch(() => undefined);
  }
}

const isRefusal = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '28P01';
