import type { MigrationStep } from '../database/migration-step.js';

/**
 * `due_at` of a `pending` run is the end of its lease, or of the pause after a failed start; `due_at` of a `running` run is its next check.
 * `leased_by` is the process that starts the run. Older versions of the program do not set these columns: their runs are due at once and
 * unleased, so that the next process takes them over.
 *
 * The partial indexes contain the backlog, oldest first (ids sort by time), the runs to check, and the ended runs to purge. The first
 * two stay small however many runs have ended.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    ALTER TABLE runs
      ADD COLUMN due_at timestamptz NOT NULL DEFAULT now(),
      ADD COLUMN leased_by uuid,
      ADD COLUMN start_attempts integer NOT NULL DEFAULT 0,
      ADD CONSTRAINT runs_leased_while_pending CHECK (leased_by IS NULL OR status = 'pending');
    CREATE INDEX runs_backlog ON runs (id) WHERE status = 'pending';
    CREATE INDEX runs_to_check ON runs (due_at) WHERE status = 'running';
    CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL`);

export const down: MigrationStep = ({ context }) =>
  context.sql(`
    DROP INDEX runs_backlog, runs_to_check, runs_ended;
    ALTER TABLE runs DROP COLUMN due_at, DROP COLUMN leased_by, DROP COLUMN start_attempts`);
