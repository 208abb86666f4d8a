import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { Sequelize, Transaction } from 'sequelize';
import { MigrationError, type RunnableMigration, Umzug, type UmzugStorage } from 'umzug';
import { appliedSteps } from './applied-steps.js';
import type { MigrationFile } from './migration-files.js';
import { sourceOf } from './migration-source.js';
import type { MigrationContext, MigrationStep } from './migration-step.js';

/** Key of the migrators' advisory lock. Any number that nothing else in the database uses: "atlas" in ASCII. */
export const migrationLockKey = 0x61746c6173;
/** A step that waits for a table lock blocks all later queries on the table. After this time it fails, and can be run again. */
const tableLockTimeout = '10s';

/** A step failed and was rolled back: the database is as it was before the step. */
export class MigrationFailed extends Error {
  readonly code = 'migration-failed';
  override readonly name = 'MigrationFailed';
  constructor(
    /** Name of the step, without extension. */
    readonly step: string,
    readonly direction: 'up' | 'down',
    options: { cause: unknown },
  ) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`Migration ${step} (${direction}) failed and was rolled back: ${reason}`, options);
  }
}

/** A step to revert is not applied, or has no file in this version of the program. Nothing changed. */
export class MigrationNotFound extends Error {
  readonly code = 'migration-not-found';
  override readonly name = 'MigrationNotFound';
}

/**
 * @param settings - for the steps
 * @returns a function that runs and records one step in one transaction. Only one migrator per database runs a step at a time. It returns
 * `false` if the step was already applied (up) or is not applied (down).
 * @throws {MigrationFailed} from that function
 */
export function createMigrator(sequelize: Sequelize, files: readonly MigrationFile[], settings: object) {
  let stepRuns = false;
  sequelize.addHook('beforePoolAcquire', () => {
    if (stepRuns) throw new Error('A statement ran outside the transaction of the step: pass { transaction }');
  });
  const migrations = files.map(runnable);

  async function runLocked(step: string, direction: 'up' | 'down', transaction: Transaction): Promise<boolean> {
    await lock(sequelize, transaction);
    const umzug = new Umzug<MigrationContext>({
      migrations,
      storage: createStorage(sequelize, transaction, files),
      context: {
        sql: async (statements) => void (await sequelize.query(statements, { transaction })),
        queryInterface: sequelize.getQueryInterface(),
        transaction,
        settings,
      },
      logger: undefined,
    });
    stepRuns = true;
    try {
      return (await umzug[direction]({ migrations: [step], rerun: 'SKIP' })).length > 0;
    } finally {
      stepRuns = false;
    }
  }

  return async (step: string, direction: 'up' | 'down'): Promise<boolean> => {
    try {
      return await sequelize.transaction((transaction) => runLocked(step, direction, transaction));
    } catch (error) {
      throw new MigrationFailed(step, direction, { cause: error instanceof MigrationError ? error.cause : error });
    }
  };
}

/**
 * Waits for the lock, which the end of the transaction releases. The server's timeouts are off, because they would abort the wait and long
 * steps. The server checks each second whether its client is alive, so that a killed migrator does not block the next one.
 */
async function lock(sequelize: Sequelize, transaction: Transaction): Promise<void> {
  const statements = [
    'SET LOCAL statement_timeout = 0',
    'SET LOCAL idle_in_transaction_session_timeout = 0',
    'SET LOCAL lock_timeout = 0',
    "SET LOCAL client_connection_check_interval = '1s'",
    `SELECT pg_advisory_xact_lock(${migrationLockKey})`,
    `SET LOCAL lock_timeout = '${tableLockTimeout}'`,
    `CREATE TABLE IF NOT EXISTS schema_migrations
       (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now(), source text)`,
  ];
  for (const statement of statements) await sequelize.query(statement, { transaction });
}

/** umzug's record of applied steps, written in the transaction of each step. */
const createStorage = (
  sequelize: Sequelize,
  transaction: Transaction,
  files: readonly MigrationFile[],
): UmzugStorage<MigrationContext> => ({
  async logMigration({ name }) {
    const file = files.find((step) => step.name === name);
    const source = file && sourceOf(file);
    const add = (columns: string, bind: Record<string, string>) =>
      sequelize.query(`INSERT INTO schema_migrations (${columns}) VALUES ($${columns.replace(', ', ', $')})`, {
        bind,
        transaction,
      });
    if (source === undefined) return void (await add('name', { name }));
    // Tables of older versions have no such column.
    await sequelize.query('ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS source text', { transaction });
    await add('name, source', { name, source });
  },
  async unlogMigration({ name }) {
    await sequelize.query('DELETE FROM schema_migrations WHERE name = $name', { bind: { name }, transaction });
  },
  executed: async () => (await appliedSteps(sequelize, transaction)).map((step) => step.name),
});

function runnable({ name, path }: MigrationFile): RunnableMigration<MigrationContext> {
  const load =
    (direction: 'up' | 'down'): MigrationStep =>
    async (params) => {
      const module = (await import(urlOf({ name, path }))) as Record<string, unknown>;
      const step = module[direction];
      if (typeof step !== 'function') throw new Error(`${path} exports no function ${direction}`);
      await (step as MigrationStep)(params);
    };
  return { name, path, up: load('up'), down: load('down') };
}

/** Node.js loads a module once per URL, but a source can be edited and applied again in the same process (`npm run dev`). */
function urlOf(file: MigrationFile): string {
  const url = pathToFileURL(file.path).href;
  const source = sourceOf(file);
  return source === undefined ? url : `${url}?${createHash('sha256').update(source).digest('hex').slice(0, 16)}`;
}
