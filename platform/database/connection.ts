import { type Options, Sequelize } from 'sequelize';
import type { Logger } from '../observability/logger.js';
import type { Settings } from '../settings/settings.js';
import { dialectModule } from './pg-client.js';
import { tlsOptions } from './tls-options.js';

export type DatabaseSettings = Pick<
  Settings,
  Exclude<Extract<keyof Settings, `POSTGRES_${string}`>, 'POSTGRES_STARTUP_TIMEOUT_MS'>
>;

export interface DatabaseOptions {
  /** Name of the connections in pg_stat_activity. @default - none */
  readonly applicationName?: string;
  /** Logs each statement that Sequelize builds at level trace, without its bind values. @default - no logging */
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
