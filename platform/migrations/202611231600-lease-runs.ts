import type { MigrationStep } from '../database/migration-step.js';

/**
 * `due_at` is when somebody has to look at an open run again: the end of the lease of a `pending` one, or of the pause after a failed
 * attempt; the next look at a `running` one. `leased_by` names the process that is starting it. A program that knows nothing of
 * these leaves runs that are due at once and leased to nobody, so that the next one takes them over.
 *
 * The partial indexes hold open runs only, and stay small however many runs have ended: the backlog, oldest first (ids sort by
 * time); what is to be checked; and, of what has ended, what is to be purged.
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
