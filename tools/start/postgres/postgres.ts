import { join } from 'node:path';
import type { Run } from '../open-run.js';
import { keptPassword } from '../secrets.js';
import { findPostgres } from './binaries.js';
import { ensureCluster } from './cluster.js';
import { type PostgresServer, startPostgresServer } from './server.js';
import { releaseStaleLock } from './stale-lock.js';

/** Major version of the binaries that package.json pins. */
const majorVersion = '17';

/**
 * Starts PostgreSQL with the run's data, which it creates if there is none, and returns when it answers queries.
 * @throws {CommandFault}
 */
export async function startPostgres({ data, account, supervisor }: Run, port: number): Promise<PostgresServer> {
  const options = {
    supervisor,
    account,
    binaries: findPostgres(account),
    folder: data.postgres,
    logFile: join(data.logs, 'postgres.log'),
    superuserPassword: keptPassword(join(data.secrets, 'postgres-superuser-password')),
    durable: !data.ephemeral,
  };
  if (!(await ensureCluster(options, majorVersion))) releaseStaleLock(data.postgres);
  return startPostgresServer({ ...options, port });
}
