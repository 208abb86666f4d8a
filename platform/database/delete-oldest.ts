import type { Sequelize } from 'sequelize';
import { prepareStatement } from './statement.js';

interface ExpiringTable {
  /** Name of the prepared statement. */
  readonly name: string;
  readonly table: string;
  /** Column that identifies a row. */
  readonly row: string;
  /** Column with the time from which the age counts. */
  readonly since: string;
}

type DeleteOldest = (olderThanMs: number, limit: number) => Promise<number>;

/**
 * @returns a function that deletes the oldest rows that are older than `olderThanMs` milliseconds, at most `limit`, and returns their number.
 * Concurrent callers delete different rows.
 */
export function prepareDeleteOldest(sequelize: Sequelize, { name, table, row, since }: ExpiringTable): DeleteOldest {
  const remove = prepareStatement<{ count: number }>(
    sequelize,
    name,
    `WITH deleted AS (
       DELETE FROM ${table} WHERE ${row} = ANY (ARRAY(
         SELECT ${row} FROM ${table} WHERE ${since} < now() - $1 * interval '1 millisecond'
         ORDER BY ${since} LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1
     ) SELECT count(*)::integer AS count FROM deleted`,
  );
  return async (olderThanMs, limit) => (await remove([olderThanMs, limit]))[0]?.count ?? 0;
}
