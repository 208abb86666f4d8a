import { appliedSteps } from './applied-steps.js';
import { type MigrateOptions, type MigrationSettings, runSteps, withSession } from './migration-session.js';
import { type OutdatedStep, outdatedSteps } from './migration-source.js';
import { createMigrator, MigrationNotFound } from './migrator.js';

export type { MigrationSettings } from './migration-session.js';

/**
 * State of a step; `unknown`: applied, but without a file in this version of the program; `changed`: the file has changed since
 * it was applied, which is known of sources only.
 */
export interface MigrationState {
  readonly name: string;
  readonly state: 'applied' | 'pending' | 'unknown' | 'changed';
  readonly appliedAt?: Date;
}

/**
 * Applies all pending steps, oldest first, which see `settings` in their context. Safe to call from several processes at the same time: each step is applied once.
 * Waits for the server like `connectWithRetry` and throws the same errors.
 * @param options.onOutdated - called before that with the applied steps that differ from their files or have none, if there are any
 * @returns the steps that this call applied
 * @throws {MigrationFailed} a step failed and was rolled back; earlier steps stay applied, and later steps did not run
 */
export function migrateUp(
  settings: MigrationSettings,
  options: MigrateOptions & { readonly onOutdated?: (steps: readonly OutdatedStep[]) => void } = {},
): Promise<{ applied: string[] }> {
  return withSession(settings, options, async (sequelize, files) => {
    const outdated = options.onOutdated ? await outdatedSteps(sequelize, files) : [];
    if (outdated.length > 0) options.onOutdated?.(outdated);
    const done = new Set((await appliedSteps(sequelize)).map((step) => step.name));
    const pending = files.map((file) => file.name).filter((name) => !done.has(name));
    return { applied: await runSteps(createMigrator(sequelize, files, settings), pending, 'up', options) };
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
    return { reverted: await runSteps(createMigrator(sequelize, files, settings), names, 'down', options) };
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
    const outdated = await outdatedSteps(sequelize, files);
    const states: MigrationState[] = applied.map((step) => ({
      ...step,
      state: outdated.find(({ name }) => name === step.name)?.state ?? 'applied',
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
