import type { Sequelize } from 'sequelize';
import type { Logger } from '../observability/logger.js';
import type { Settings } from '../settings/settings.js';
import { appliedSteps } from './applied-steps.js';
import { connectWithRetry } from './connect-with-retry.js';
import { createDatabase, type DatabaseSettings } from './connection.js';
import { listMigrations, type MigrationFile, type MigrationFolders, platformMigrations } from './migration-files.js';
import { createMigrator, MigrationNotFound } from './migrator.js';

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

/** State of a step; `unknown`: applied, but without a file in this version of the program. */
export interface MigrationState {
  readonly name: string;
  readonly state: 'applied' | 'pending' | 'unknown';
  readonly appliedAt?: Date;
}

/**
 * Applies all pending steps, oldest first, which see `settings` in their context. Safe to call from several processes at the same time: each step is applied once.
 * Waits for the server like `connectWithRetry` and throws the same errors.
 * @returns the steps that this call applied
 * @throws {MigrationFailed} a step failed and was rolled back; earlier steps stay applied, and later steps did not run
 */
export function migrateUp(settings: MigrationSettings, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  return withSession(settings, options, async (sequelize, files) => {
    const done = new Set((await appliedSteps(sequelize)).map((step) => step.name));
    const pending = files.map((file) => file.name).filter((name) => !done.has(name));
    return { applied: await runAll(createMigrator(sequelize, files, settings), pending, 'up', options) };
  });
}

/**
 * Reverts applied steps, newest first: the last step, with `to` all steps back to and including that step, with `all` all steps.
 * @returns the steps that this call reverted
 * @throws {MigrationNotFound} `to` is not applied, or a step to revert has no file; nothing changes
 * @throws {MigrationFailed}
 */
export function migrateDown(
  settings: MigrationSettings,
  options: MigrateOptions & { readonly to?: string; readonly all?: boolean } = {},
): Promise<{ reverted: string[] }> {
  return withSession(settings, options, async (sequelize, files) => {
    const applied = (await appliedSteps(sequelize)).map((step) => step.name);
    const names = applied.slice(firstToRevert(applied, options)).reverse();
    const missing = names.find((name) => !files.some((file) => file.name === name));
    if (missing !== undefined)
      throw new MigrationNotFound(
        `Migration ${missing} is applied, but this version of the program has no file for it`,
      );
    return { reverted: await runAll(createMigrator(sequelize, files, settings), names, 'down', options) };
  });
}

/** All steps that are applied or have a file, in the order of their names. Changes nothing. */
export function migrationStatus(
  settings: MigrationSettings,
  options: MigrateOptions = {},
): Promise<readonly MigrationState[]> {
  return withSession(settings, options, async (sequelize, files) => {
    const known = new Set(files.map((file) => file.name));
    const applied = await appliedSteps(sequelize);
    const done = new Set(applied.map((step) => step.name));
    const states: MigrationState[] = applied.map((step) => ({
      ...step,
      state: known.has(step.name) ? 'applied' : 'unknown',
    }));
    for (const name of known) if (!done.has(name)) states.push({ name, state: 'pending' });
    return states.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

function firstToRevert(applied: readonly string[], { to, all }: { to?: string; all?: boolean }): number {
  if (all) return 0;
  if (to === undefined) return -1;
  const index = applied.indexOf(to);
  if (index === -1) throw new MigrationNotFound(`Migration ${to} is not applied`);
  return index;
}

async function runAll(
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

/** Works on a separate connection without statement timeout, because steps may take long. */
async function withSession<T>(
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
