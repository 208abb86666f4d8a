import { QueryTypes, type Sequelize } from 'sequelize';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

/** Runs a statement and rolls it back. @returns its sequential scans, and the pages of 8 kB that it read */
export async function explain(connection: Sequelize, sql: string): Promise<{ sequential: string[]; pages: number }> {
  const transaction = await connection.transaction();
  try {
    const [row] = await connection.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
      { transaction, type: QueryTypes.SELECT },
    );
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    if (!plan) throw new Error('PostgreSQL returned no plan');
    return { sequential: sequentialScans(plan), pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
  } finally {
    await transaction.rollback();
  }
}

const sequentialScans = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name'] ?? 'something'] : []),
  ...(plan.Plans ?? []).flatMap(sequentialScans),
];
