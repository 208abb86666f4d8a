import type { Sequelize } from 'sequelize';
import { sqlState } from './errors.js';
import type { pg } from './pg.js';

/** A prepared statement. @returns the rows, keyed by column name */
export type Statement<Row> = (values: unknown[]) => Promise<Row[]>;

/**
 * A named prepared statement for the hot path, on a connection from Sequelize's pool. PostgreSQL parses it once per connection, and Sequelize
 * neither builds the SQL nor reads the rows: `sequelize.query` takes 50 to 100 µs of CPU more per statement. Each call is a transaction of its own.
 * @param name - name of the prepared statement; a name must always have the same text
 */
export function prepareStatement<Row>(sequelize: Sequelize, name: string, text: string): Statement<Row> {
  const { connectionManager } = sequelize;
  return async (values) => {
    const client = (await connectionManager.getConnection({ type: 'write' })) as pg.Client;
    try {
      // A callback, because the promise that pg creates survives several garbage collections: a hundred megabytes under load.
      return await new Promise((resolve, reject) => {
        client.query({ name, text, values }, (error, result) => {
          if (error) reject(error);
          else resolve(result.rows as Row[]);
        });
      });
    } catch (error) {
      // Without a SQLSTATE the connection failed, and an answer may still be on its way. Sequelize's pool discards ended clients.
      if (sqlState(error) === undefined) void client.end();
      throw error;
    } finally {
      connectionManager.releaseConnection(client);
    }
  };
}
