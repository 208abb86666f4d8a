import type { Sequelize } from 'sequelize';
import type { Logger } from '../observability/logger.js';
import type { Settings } from '../settings/settings.js';
import { connectWithRetry } from './connect-with-retry.js';
import { createDatabase, type DatabaseSettings } from './connection.js';
import { listMigrations, type MigrationFile, type MigrationFolders, platformMigrations } from './migration-files.js';
import type { createMigrator } from './migrator.js';

export type MigrationSettings = DatabaseSettings & Pick<Settings, 'POSTGRES_STARTUP_TIMEOUT_MS'>;

export interface MigrateOptions {
  /** Logs each step, and the wait for a server that is not reachable yet. */
  readonly logger?: Pick<Logger, 'info'>;
  /** Name of the connection in pg_stat_activity. @default migrate */
  readonly applicationName?: string;
  /** @default - the platform's own migrations */
  readonly folders?: MigrationFolders;
  /** Stops waiting for a server that is not reachable yet. */
  readonly signal?: AbortSignal;
}

/** Works on a separate connection without statement timeout, because steps may take long. */
export async function withSession<T>(
  settings: MigrationSettings,
  { folders = platformMigrations, applicationName = 'migrate', logger, signal }: MigrateOptions,
  work: (sequelize: Sequelize, files: readonly MigrationFile[]) => Promise<T>,
): Promise<T> {
  const files = listMigrations(folders);
  const sequelize = createDatabase(
    { ...settings, POSTGRES_POOL_MAX: 1, POSTGRES_STATEMENT_TIMEOUT_MS: 0 },
    { applicationName },
  );
  try {
    await connectWithRetry(sequelize, { timeoutMs: settings.POSTGRES_STARTUP_TIMEOUT_MS, logger, signal });
    return await work(sequelize, files);
  } finally {
    await sequelize.close();
  }
}

/** Runs steps in this order and logs each. @returns those that were not up or down before */
export async function runSteps(
  run: ReturnType<typeof createMigrator>,
  names: readonly string[],
  direction: 'up' | 'down',
  { logger }: MigrateOptions,
): Promise<string[]> {
  const done: string[] = [];
  for (const name of names) {
    const start = performance.now();
    if (!(await run(name, direction))) continue;
    done.push(name);
    const durationMs = Math.round(performance.now() - start);
    logger?.info(
      { step: name, direction, durationMs },
      `${direction === 'up' ? 'applied' : 'reverted'} ${name} (${durationMs} ms)`,
    );
  }
  return done;
}
