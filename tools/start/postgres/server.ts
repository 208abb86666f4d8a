import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pg } from '../../../platform/database/pg.js';
import type { Account } from '../account.js';
import { ranks } from '../ranks.js';
import { untilReady } from '../readiness.js';
import type { Child, Supervisor } from '../supervisor/supervisor.js';
import type { PostgresBinaries } from './binaries.js';
import { superuser } from './cluster.js';

/** A start after a crash first replays its log, which may take this long, in milliseconds. */
const readyBoundMs = 60_000;

export interface PostgresServerOptions {
  readonly supervisor: Supervisor;
  readonly binaries: PostgresBinaries;
  readonly folder: string;
  readonly logFile: string;
  readonly port: number;
  readonly superuserPassword: string;
  readonly account: Account | undefined;
  /** Whether what is committed must survive a loss of power. False is faster, for data that nobody keeps. */
  readonly durable: boolean;
}

export interface PostgresServer {
  readonly child: Child;
  /** Such as `17.10`. */
  readonly version: string;
  readonly port: number;
  /** Connection as the superuser, with its password in it. */
  readonly superuserUrl: string;
}

/**
 * Starts the server and returns when it answers queries, on 127.0.0.1 only.
 * @throws {ServiceDied | ServiceNotReady | WrongSuperuserPassword}
 */
export async function startPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const { supervisor, port } = options;
  const superuserUrl = `postgresql://${superuser}:${options.superuserPassword}@127.0.0.1:${port}/postgres`;
  const child = await supervisor.spawn({
    service: 'postgres',
    rank: ranks.postgres,
    command: options.binaries.postgres,
    args: [
      '-D',
      options.folder,
      ...Object.entries(parameters(options)).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    cwd: '/',
    logFile: options.logFile,
    // The "fast" shutdown ends sessions and writes a checkpoint, the "immediate" one takes its own processes with it.
    stop: { signal: 'SIGINT', boundMs: 2_000 },
    abort: { signal: 'SIGQUIT', boundMs: 1_000 },
    ...(options.account && { account: options.account }),
  });
  const isReady = async () => {
    assertServes(options.folder, child.pid);
    return askVersion(superuserUrl);
  };
  const version = await untilReady('PostgreSQL', child, isReady, readyBoundMs, isRefusal).catch((error: unknown) => {
    throw isRefusal(error) ? new WrongSuperuserPassword(options.folder, error) : error;
  });
  return { child, version, port, superuserUrl };
}

/** The password that is kept is not the one that the data was made with. */
class WrongSuperuserPassword extends Error {
  readonly code = 'wrong-superuser-password';
  constructor(folder: string, cause: unknown) {
    super(
      `PostgreSQL's superuser password, kept in the folder "secrets" beside ${folder}, is not the one that this data was made with: ` +
        'put the old file back, or move the data away to start with an empty database',
      { cause },
    );
    this.name = 'WrongSuperuserPassword';
  }
}

function parameters({ port, durable }: PostgresServerOptions): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // Several test files or replicas at once, each with a pool.
    max_connections: '200',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
}

/** A connection that comes before the server says that it serves is a FATAL in its log. @throws it does not say so */
function assertServes(folder: string, pid: number): void {
  // As pg_ctl does: what a crash has left there is of another process.
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
