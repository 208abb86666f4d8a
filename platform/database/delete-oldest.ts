import type { Sequelize } from 'sequelize';
import { prepareStatement } from './statement.js';

/**
 * @param table - `row`: column that identifies a row; `since`: column with the time from which the age counts
 * @returns a function that deletes the oldest rows that are older than `olderThanMs` milliseconds, at most `limit`, and returns their number.
 * Concurrent callers delete different rows.
 */
export function prepareDeleteOldest(
  sequelize: Sequelize,
  { name, table, row, since }: Readonly<Record<'name' | 'table' | 'row' | 'since', string>>,
): (olderThanMs: number, limit: number) => Promise<number> {
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
