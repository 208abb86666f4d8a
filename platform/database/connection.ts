import { setTimeout as delay } from 'node:timers/promises';
import { type Options, Sequelize } from 'sequelize';
import { DatabaseUnavailable } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';
import { unlessAborted } from '../retry/unless-aborted.js';
import type { Settings } from '../settings/settings.js';
import { readTextFile, withLineFeeds } from '../settings/text-file.js';
import { DatabaseRefused, isDatabaseError, isTransient } from './errors.js';
import { dialectModule } from './pg-client.js';

export type DatabaseSettings = Pick<
  Settings,
  | 'POSTGRES_HOST'
  | 'POSTGRES_PORT'
  | 'POSTGRES_DB'
  | 'POSTGRES_USER'
  | 'POSTGRES_PASSWORD'
  | 'POSTGRES_TLS_MODE'
  | 'POSTGRES_TLS_CA_PATH'
  | 'POSTGRES_POOL_MAX'
  | 'POSTGRES_CONNECT_TIMEOUT_MS'
  | 'POSTGRES_STATEMENT_TIMEOUT_MS'
>;

export interface DatabaseOptions {
  /** Name of the connections in pg_stat_activity. @default - none */
  readonly applicationName?: string;
  /**
   * Logs each statement that Sequelize builds at level trace, without its bind values.
   * @default - no logging
   */
  readonly logger?: Logger;
}

/** Time beyond the server's own timeout until a silent server counts as unavailable, in milliseconds. */
const answerMarginMs = 1_000;
/** Idle connections are closed after this time, in milliseconds. */
const idleConnectionMs = 10_000;

/**
 * Creates a pool of connections to PostgreSQL. It connects on first use; `close()` waits for statements in flight.
 * POSTGRES_STATEMENT_TIMEOUT_MS limits each statement and each idle period within a transaction; 0 disables the limit.
 * @throws {DatabaseRefused} the file that POSTGRES_TLS_CA_PATH names cannot be read
 */
export function createDatabase(
  settings: DatabaseSettings,
  { applicationName, logger }: DatabaseOptions = {},
): Sequelize {
  const statementTimeout = settings.POSTGRES_STATEMENT_TIMEOUT_MS;
  const options: Options & { databaseVersion: string } = {
    dialect: 'postgres',
    dialectModule,
    host: settings.POSTGRES_HOST,
    port: settings.POSTGRES_PORT,
    database: settings.POSTGRES_DB,
    username: settings.POSTGRES_USER,
    password: settings.POSTGRES_PASSWORD,
    // Oldest supported version. Without this documented but untyped option, Sequelize asks on a connection outside the pool.
    databaseVersion: '14.0.0',
    pool: {
      max: settings.POSTGRES_POOL_MAX,
      min: 0,
      acquire: settings.POSTGRES_CONNECT_TIMEOUT_MS,
      idle: idleConnectionMs,
    },
    dialectOptions: {
      ...(applicationName !== undefined && { application_name: applicationName }),
      ssl: tlsOptions(settings),
      keepAlive: true,
      connectionTimeoutMillis: settings.POSTGRES_CONNECT_TIMEOUT_MS,
      statement_timeout: statementTimeout,
      query_timeout: statementTimeout > 0 ? statementTimeout + answerMarginMs : 0,
      idle_in_transaction_session_timeout: statementTimeout,
    },
    logging: logger?.isLevelEnabled('trace') ? (sql) => logger.trace({ sql }, 'statement') : false,
  };
  return new Sequelize(options);
}

/** Modes as in libpq: `require` encrypts, and verifies the chain (but not the host name) only if a CA is set. */
function tlsOptions(settings: DatabaseSettings): object | false {
  const { POSTGRES_TLS_MODE: mode, POSTGRES_TLS_CA_PATH: caPath } = settings;
  if (mode === 'disable') return false;
  const ca = caPath === undefined ? undefined : readCa(caPath);
  if (mode === 'verify-full') return { rejectUnauthorized: true, ...(ca && { ca }) };
  return ca ? { rejectUnauthorized: true, ca, checkServerIdentity: () => undefined } : { rejectUnauthorized: false };
}

function readCa(path: string): string {
  try {
    return withLineFeeds(readTextFile(path));
  } catch (error) {
    throw new DatabaseRefused(`Cannot read the file ${path} (POSTGRES_TLS_CA_PATH)`, { cause: error });
  }
}

export interface ConnectOptions {
  /** How long to retry, in milliseconds. The last attempt may exceed it by the connect timeout. */
  readonly timeoutMs: number;
  /** Stops retrying at once and throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Pick<Logger, 'info'> | undefined;
}

const backoff: Backoff = { firstMs: 100, longestMs: 2_000 };

/**
 * Opens the first connection, and retries with backoff while the server is down or starting. Safe to repeat.
 * @throws {DatabaseUnavailable} the server was not reachable in time
 * @throws {DatabaseRefused} retrying cannot help: wrong password, unknown database, untrusted certificate
 */
export async function connectWithRetry(sequelize: Sequelize, options: ConnectOptions): Promise<void> {
  const { timeoutMs, signal, logger } = options;
  const server = serverName(sequelize);
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const failure = await unlessAborted(tryConnection(sequelize), signal);
    if (failure === undefined) return;
    if (!isTransient(failure))
      throw isDatabaseError(failure)
        ? new DatabaseRefused(`${server} refused the connection: ${failure.message}`, { cause: failure })
        : failure;
    const pauseMs = backoffMs(backoff, attempt - 1);
    if (performance.now() + pauseMs >= deadline)
      throw new DatabaseUnavailable(`${server} was not reachable within ${timeoutMs} ms: ${failure.message}`, {
        cause: failure,
      });
    if (attempt === 1)
      logger?.info(
        { reason: failure.message, timeoutMs },
        `${server} is not reachable yet (${failure.message}); retrying for up to ${timeoutMs} ms`,
      );
    await delay(pauseMs, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}

async function tryConnection(sequelize: Sequelize): Promise<Error | undefined> {
  try {
    await sequelize.authenticate();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function serverName(sequelize: Sequelize): string {
  const { host, port, database } = sequelize.config;
  return `PostgreSQL at ${host}:${port} (database ${database})`;
}
