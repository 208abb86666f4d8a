import type { Sequelize } from 'sequelize';
import { batched } from './batch.js';
import { prepareStatement } from './statement.js';

/**
 * @param text - SQL that selects the rows whose ids are in the array `$1`
 * @param maxItems - most ids per query
 * @returns a function that finds a row by its id; concurrent calls share queries and use at most two connections
 */
export function prepareFindById<Row extends { readonly id: string }>(
  sequelize: Sequelize,
  name: string,
  text: string,
  maxItems: number,
): (id: string) => Promise<Row | undefined> {
  const findAll = prepareStatement<Row>(sequelize, name, text);
  return batched(
    async (ids: readonly string[]) => {
      const rows = new Map((await findAll([ids])).map((row) => [row.id, row]));
      return ids.map((id) => rows.get(id));
    },
    { concurrency: 2, maxItems },
  );
}
