import type { Sequelize } from 'sequelize';
import { sqlState } from './errors.js';

/** The connection that Sequelize pools, as far as it is used here: pg's client. */
interface PooledConnection {
  query(
    query: { name: string; text: string; values: readonly unknown[] },
    done: (error: Error | null, result: { rows: unknown[] }) => void,
  ): void;
  /** Sequelize's mark: a connection that has it is not handed out again. */
  _invalid?: boolean;
}

/** A statement of the hot path. @returns the rows, with the column's names as they are in the table */
export type Statement<Row> = (values: readonly unknown[]) => Promise<Row[]>;

/**
 * A statement that PostgreSQL parses once per connection and that Sequelize neither builds nor reads, on a connection of Sequelize's
 * own pool: for what every request does, where both would cost more than the statement itself. It is a transaction of its own.
 * @param name - of the prepared statement; the same name is the same text everywhere
 */
export function prepareStatement<Row>(sequelize: Sequelize, name: string, text: string): Statement<Row> {
  const { connectionManager } = sequelize;
  return async (values) => {
    const connection = (await connectionManager.getConnection({
      type: 'write',
      useMaster: true,
    })) as PooledConnection;
    try {
      // With a callback: what pg makes for its promise outlives several collections of garbage, which adds up to a hundred megabytes.
      return await new Promise((resolve, reject) => {
        connection.query({ name, text, values }, (error, result) => {
          if (error) reject(error);
          else resolve(result.rows as Row[]);
        });
      });
    } catch (error) {
      // What the server did not say itself came of the connection, on which an answer may still be under way.
      if (sqlState(error) === undefined) connection._invalid = true;
      throw error;
    } finally {
      connectionManager.releaseConnection(connection as object);
    }
  };
}
