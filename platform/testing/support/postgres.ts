import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { QueryTypes, Sequelize } from 'sequelize';
import { createDatabase, type DatabaseSettings } from '../../database/connection.js';
import { type MigrationSettings, migrateUp } from '../../database/migrate.js';
import { type MigrationFolders, platformMigrations } from '../../database/migration-files.js';
import { serverVariable } from './servers.js';

/** A database that one test or one file of tests has to itself. */
export interface TestDatabase {
  readonly settings: MigrationSettings;
  readonly sequelize: Sequelize;
  /** Another pool onto the same database, as another process would have; closed by `drop`. */
  connect(overrides?: Partial<DatabaseSettings>): Sequelize;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Whether the migrations are applied. @default true */
  readonly migrated?: boolean;
  /** @default - the platform's own migrations */
  readonly migrations?: MigrationFolders;
}

/**
 * Makes a database with a name of its own on the server that TEST_POSTGRES_URL names (a superuser's URL).
 * @param t - the test that it is for, which drops it at its end; without it (in hooks, which have no teardown) call `drop`
 */
export async function createTestDatabase(
  t?: Pick<ExecutionContext, 'teardown'>,
  { migrated = true, migrations = platformMigrations }: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const settings = settingsFor(name);
  // template0 has no sessions that could stand in the way of copying it, as template1 might.
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
    if (migrated) await migrateUp(settings, { folders: migrations });
  } catch (error) {
    if (!t) await drop();
    throw error;
  }
  return { settings, sequelize, connect, drop };
}

/** The rows of one statement, for looking at what the code under test has done. */
export const rowsOf = <T extends object>(sequelize: Sequelize, sql: string): Promise<T[]> =>
  sequelize.query<T>(sql, { type: QueryTypes.SELECT });

/** The test server and a database on it, as the app's settings say it. */
export function settingsFor(database: string): MigrationSettings {
  const url = serverUrl();
  return {
    POSTGRES_HOST: url.hostname,
    POSTGRES_PORT: Number(url.port || 5432),
    POSTGRES_DB: database,
    POSTGRES_USER: decodeURIComponent(url.username),
    // A server that trusts its own host has none, and takes no notice of it.
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
