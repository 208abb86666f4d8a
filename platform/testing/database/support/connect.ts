import type { ExecutionContext } from 'ava';
import type { Sequelize } from 'sequelize';
import { createDatabase, type DatabaseOptions, type DatabaseSettings } from '../../../database/connection.js';
import { settingsFor } from '../../support/postgres.js';

/** The test server's own database, which always exists. */
export const settings: DatabaseSettings = settingsFor('postgres');

/** A pool that the end of the test closes. */
export function connect(
  t: ExecutionContext,
  overrides: Partial<DatabaseSettings> = {},
  options: DatabaseOptions = {},
): Sequelize {
  const sequelize = createDatabase({ ...settings, ...overrides }, options);
  t.teardown(() => sequelize.close());
  return sequelize;
}

/** Settings of a fake server on this port. */
export const through = (port: number) => ({ POSTGRES_HOST: '127.0.0.1', POSTGRES_PORT: port });
