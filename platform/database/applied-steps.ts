import { QueryTypes, type Sequelize, type Transaction } from 'sequelize';
import { sqlState } from './errors.js';

const undefinedTable = '42P01';

/** The applied steps in the order of their names. Changes nothing. */
export async function appliedSteps(
  sequelize: Sequelize,
  transaction: Transaction | null = null,
): Promise<{ name: string; appliedAt: Date }[]> {
  const text = 'SELECT name, applied_at AS "appliedAt" FROM schema_migrations ORDER BY name';
  try {
    return await sequelize.query(text, { transaction, type: QueryTypes.SELECT });
  } catch (error) {
    if (sqlState(error) === undefinedTable) return [];
    throw error;
  }
}
