import { QueryTypes, type Sequelize } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { sqlState, translateErrors } from './errors.js';
import { listMigrations, type MigrationFolders } from './migration-files.js';

/** Health checks of PostgreSQL. Methods throw `DatabaseUnavailable`. */
export interface HealthRepository {
  /** Runs a statement that uses no table. */
  ping(): Promise<void>;
  /**
   * Inserts, reads and deletes a row in one transaction, so that no row stays behind.
   * @returns the server's version, such as `17.10`
   */
  roundTrip(): Promise<{ version: string }>;
  /** Whether all migrations of this program are applied. Ignores migrations of newer versions. */
  isSchemaCurrent(): Promise<boolean>;
}

const undefinedTable = '42P01';

/** @param migrations - all of their steps must be applied */
export function createHealthRepository(sequelize: Sequelize, migrations: MigrationFolders): HealthRepository {
  const needed = listMigrations(migrations).map((step) => step.name);
  return translateErrors<HealthRepository>({
    async ping() {
      await sequelize.query('SELECT 1');
    },

    async roundTrip() {
      const bind = { id: uuidv7() };
      return sequelize.transaction(async (transaction) => {
        await sequelize.query('INSERT INTO health_probes (id) VALUES ($id)', { bind, transaction });
        const [row] = await sequelize.query<{ version: string }>(
          `SELECT split_part(current_setting('server_version'), ' ', 1) AS version FROM health_probes WHERE id = $id`,
          { bind, transaction, type: QueryTypes.SELECT },
        );
        if (!row) throw new Error('PostgreSQL did not return the row that was just inserted');
        await sequelize.query('DELETE FROM health_probes WHERE id = $id', { bind, transaction });
        return { version: row.version };
      });
    },

    async isSchemaCurrent() {
      const applied = new Set(await appliedSteps(sequelize));
      return needed.every((name) => applied.has(name));
    },
  });
}

async function appliedSteps(sequelize: Sequelize): Promise<string[]> {
  try {
    const rows = await sequelize.query<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name', {
      type: QueryTypes.SELECT,
    });
    return rows.map((row) => row.name);
  } catch (error) {
    if (sqlState(error) === undefinedTable) return [];
    throw error;
  }
}
