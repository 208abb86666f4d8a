import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';

/** The applied steps in the order of their names. Changes nothing. */
export async function appliedSteps(
  sequelize: Sequelize,
  transaction: Transaction | null = null,
): Promise<{ name: string; appliedAt: Date }[]> {
  const options = { transaction, type: QueryTypes.SELECT } as const;
  // A query of a missing table would put an error into PostgreSQL's log, and abort the transaction.
  const [table] = await sequelize.query<{ exists: boolean }>(
    "SELECT to_regclass('schema_migrations') IS NOT NULL AS exists",
    options,
  );
  if (!table?.exists) return [];
  return sequelize.query('SELECT name, applied_at AS "appliedAt" FROM schema_migrations ORDER BY name', options);
}
