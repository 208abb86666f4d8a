import type { Sequelize } from 'sequelize';
import { appliedSteps } from './applied-steps.js';
import type { MigrationFile } from './migration-files.js';
import { type MigrateOptions, type MigrationSettings, runSteps, withSession } from './migration-session.js';
import { type OutdatedStep, outdatedSteps, writeSources } from './migration-source.js';
import { createMigrator, MigrationFailed, MigrationNotFound } from './migrator.js';

/**
 * Makes a database agree with the files again: reverts every step from the oldest one on that changed after it was applied or has no
 * file, newest first, each by the source that was applied; then applies what is pending. Data in the tables of these steps is lost.
 * For the database of a developer: it runs code that the database contains.
 * @returns the steps that this call reverted and applied; none if the database agrees with the files
 * @throws {MigrationNotFound} a step to revert has neither a file nor a recorded source; nothing changes
 * @throws {MigrationFailed} earlier steps stay reverted or applied
 */
export function migrateRedo(
  settings: MigrationSettings,
  options: MigrateOptions = {},
): Promise<{ reverted: string[]; applied: string[] }> {
  return withSession(settings, options, async (sequelize, files) => {
    const outdated = await outdatedSteps(sequelize, files);
    const first = outdated.find(({ source }) => source !== undefined);
    if (!first) return { reverted: [], applied: [] };
    const applied = (await appliedSteps(sequelize)).map(({ name }) => name);
    const names = applied.slice(applied.indexOf(first.name));
    const lost = outdated.find(({ name, source }) => source === undefined && names.includes(name));
    if (lost)
      throw new MigrationNotFound(
        `Migration ${lost.name} must be reverted too, but has neither a file nor a recorded source: check out the version that has it`,
      );
    const folder = options.folders?.at(-1) ?? '.';
    const reverted = await revert(sequelize, { names: names.toReversed(), files, outdated, folder, settings }, options);
    const pending = files.map(({ name }) => name).filter((name) => names.includes(name) || !applied.includes(name));
    return { reverted, applied: await runSteps(createMigrator(sequelize, files, settings), pending, 'up', options) };
  });
}

interface Reversal {
  readonly names: readonly string[];
  readonly files: readonly MigrationFile[];
  readonly outdated: readonly OutdatedStep[];
  readonly folder: string;
  readonly settings: MigrationSettings;
}

async function revert(
  sequelize: Sequelize,
  { names, files, outdated, folder, settings }: Reversal,
  options: MigrateOptions,
): Promise<string[]> {
  const recorded = writeSources(outdated, files, folder);
  const isRecorded = (name: string) => recorded.files.some((file) => file.name === name);
  const asApplied = createMigrator(
    sequelize,
    [...recorded.files, ...files.filter(({ name }) => !isRecorded(name))],
    settings,
  );
  const asWritten = createMigrator(sequelize, files, settings);
  const downs: typeof asApplied = async (name, direction) => {
    try {
      return await asApplied(name, direction);
    } catch (error) {
      // The file may have got the `down` that was missing or wrong.
      const hasOther = isRecorded(name) && files.some((file) => file.name === name);
      if (!(error instanceof MigrationFailed) || !hasOther) throw error;
      return asWritten(name, direction).catch(() => Promise.reject(error));
    }
  };
  try {
    return await runSteps(downs, names, 'down', options);
  } finally {
    recorded.remove();
  }
}
