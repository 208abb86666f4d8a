import { QueryTypes, type Sequelize } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { appliedSteps } from './applied-steps.js';
import { translateErrors } from './errors.js';
import { listMigrations, type MigrationFolders } from './migration-files.js';

export type HealthRepository = ReturnType<typeof createHealthRepository>;

/**
 * Health checks of PostgreSQL. Methods throw `DatabaseUnavailable`.
 * @param migrations - all of their steps must be applied
 */
export function createHealthRepository(sequelize: Sequelize, migrations: MigrationFolders) {
  const needed = listMigrations(migrations).map((step) => step.name);
  return translateErrors({
    /** Runs a statement that uses no table. */
    async ping() {
      await sequelize.query('SELECT 1');
    },

    /**
     * Inserts, reads and deletes a row in one transaction, so that no row stays behind.
     * @returns the server's version, such as `17.10`
     */
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

    /** Whether all migrations of this program are applied. Ignores migrations of newer versions. */
    async isSchemaCurrent() {
      const applied = new Set((await appliedSteps(sequelize)).map((step) => step.name));
      return needed.every((name) => applied.has(name));
    },
  });
}
