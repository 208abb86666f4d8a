import type { MigrationStep } from '../database/migration-step.js';

/**
 * `problems`: why an open run makes no progress, as JSON; null if it does. `problems_checked_at`: when that was last compared with Temporal;
 * null without problems, so that the index has only the runs with problems. Changes the catalogue and builds an empty index.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    ALTER TABLE runs ADD COLUMN problems json, ADD COLUMN problems_checked_at timestamptz;
    CREATE INDEX runs_with_problems ON runs (problems_checked_at) WHERE problems_checked_at IS NOT NULL`);

export const down: MigrationStep = ({ context }) =>
  context.sql('ALTER TABLE runs DROP COLUMN problems, DROP COLUMN problems_checked_at');
