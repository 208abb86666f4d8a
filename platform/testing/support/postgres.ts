import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { QueryTypes, Sequelize } from 'sequelize';
import { createDatabase, type DatabaseSettings } from '../../database/connection.js';
import { type MigrationSettings, migrateUp } from '../../database/migrate.js';
import { type MigrationFolders, platformMigrations } from '../../database/migration-files.js';
import { serverVariable } from './servers.js';

/** A database for one test or one test file. */
export interface TestDatabase {
  readonly settings: MigrationSettings;
  readonly sequelize: Sequelize;
  /** Opens another pool to the same database, as another process would. `drop` closes it. */
  connect(overrides?: Partial<DatabaseSettings>): Sequelize;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Whether the migrations are applied. @default true */
  readonly migrated?: boolean;
  /** @default - the platform's own migrations */
  readonly migrations?: MigrationFolders;
  /** The product's settings that its migrations use. @default - none */
  readonly settings?: object;
}

/**
 * Creates a database with a unique name on the server of TEST_POSTGRES_URL (a superuser's URL).
 * @param t - drops the database at the end of the test. In hooks, which have no teardown, leave it out and call `drop`
 */
export async function createTestDatabase(
  t?: Pick<ExecutionContext, 'teardown'>,
  { migrated = true, migrations = platformMigrations, settings: further }: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const settings = settingsFor(name);
  // Sessions on template1 would block the copy; template0 has none.
  await onServer(`CREATE DATABASE ${name} TEMPLATE template0`);
  const pools: Sequelize[] = [];
  const connect = (overrides: Partial<DatabaseSettings> = {}) => {
    const pool = createDatabase({ ...settings, ...overrides }, { applicationName: 'test' });
    pools.push(pool);
    return pool;
  };
  const drop = async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  t?.teardown(drop);
  const sequelize = connect();
  try {
    if (migrated) await migrateUp({ ...settings, ...further }, { folders: migrations });
  } catch (error) {
    if (!t) await drop();
    throw error;
  }
  return { settings, sequelize, connect, drop };
}

/** The rows of one statement, to inspect the effects of the code under test. */
export const rowsOf = <T extends object>(sequelize: Sequelize, sql: string): Promise<T[]> =>
  sequelize.query<T>(sql, { type: QueryTypes.SELECT });

/** The settings for a database on the test server. */
export function settingsFor(database: string): MigrationSettings {
  const url = serverUrl();
  return {
    POSTGRES_HOST: url.hostname,
    POSTGRES_PORT: Number(url.port || 5432),
    POSTGRES_DB: database,
    POSTGRES_USER: decodeURIComponent(url.username),
    // A server that trusts the local host ignores the password.
    POSTGRES_PASSWORD: decodeURIComponent(url.password) || 'none',
    POSTGRES_TLS_MODE: 'disable',
    POSTGRES_TLS_CA_PATH: undefined,
    POSTGRES_POOL_MAX: 5,
    POSTGRES_CONNECT_TIMEOUT_MS: 10_000,
    POSTGRES_STATEMENT_TIMEOUT_MS: 10_000,
    POSTGRES_STARTUP_TIMEOUT_MS: 10_000,
  };
}

async function onServer(sql: string): Promise<void> {
  const server = new Sequelize(serverUrl().href, { dialect: 'postgres', logging: false, pool: { max: 1 } });
  try {
    await server.query(sql);
  } finally {
    await server.close();
  }
}

const serverUrl = (): URL => new URL(serverVariable('TEST_POSTGRES_URL'));
