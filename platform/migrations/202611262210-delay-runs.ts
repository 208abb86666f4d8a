import type { MigrationStep } from '../database/migration-step.js';

/**
 * `starts_at` is the time before which a `pending` run must not start; its `due_at` is at least that. Delayed runs have an index of their own, so
 * that the claims of the backlog do not read them. Older versions of the program find the backlog without an index meanwhile: they read
 * more, and start nothing too early.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    ALTER TABLE runs ADD COLUMN starts_at timestamptz;
    DROP INDEX runs_backlog;
    CREATE INDEX runs_backlog ON runs (id) WHERE status = 'pending' AND starts_at IS NULL;
    CREATE INDEX runs_delayed ON runs (starts_at) WHERE status = 'pending' AND starts_at IS NOT NULL`);

export const down: MigrationStep = ({ context }) =>
  context.sql(`
    DROP INDEX runs_delayed, runs_backlog;
    ALTER TABLE runs DROP COLUMN starts_at;
    CREATE INDEX runs_backlog ON runs (id) WHERE status = 'pending'`);
