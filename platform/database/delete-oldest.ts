import type { Sequelize } from 'sequelize';
import { prepareStatement } from './statement.js';

interface Kept {
  /** Name of the prepared statement. */
  readonly name: string;
  readonly table: string;
  /** Column that says which row it is, and the one that says from when its time counts. */
  readonly row: string;
  readonly since: string;
}

/** Removes the oldest rows of a table. */
export type DeleteOldest = (olderThanMs: number, limit: number) => Promise<number>;

/**
 * @returns a function that removes the oldest rows since more than `olderThanMs` (milliseconds), at most `limit`, and tells how many went.
 * Two callers at a time remove different ones.
 */
export function prepareDeleteOldest(sequelize: Sequelize, { name, table, row, since }: Kept): DeleteOldest {
  const remove = prepareStatement<{ count: number }>(
    sequelize,
    name,
    `WITH gone AS (
       DELETE FROM ${table} WHERE ${row} = ANY (ARRAY(
         SELECT ${row} FROM ${table} WHERE ${since} < now() - $1 * interval '1 millisecond'
         ORDER BY ${since} LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1
     ) SELECT count(*)::integer AS count FROM gone`,
  );
  return async (olderThanMs, limit) => (await remove([olderThanMs, limit]))[0]?.count ?? 0;
}
