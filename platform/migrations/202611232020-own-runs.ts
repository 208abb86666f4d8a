import type { MigrationStep } from '../database/migration-step.js';

/**
 * `caller` owns the run. Existing runs, and runs of older versions of the program, belong to `anonymous`: all callers see them if the API
 * has no authentication, and keys with the scope `runs:admin` otherwise. Changes the catalogue only and rewrites no rows.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql("ALTER TABLE runs ADD COLUMN caller text NOT NULL DEFAULT 'anonymous'");

export const down: MigrationStep = ({ context }) => context.sql('ALTER TABLE runs DROP COLUMN caller');
