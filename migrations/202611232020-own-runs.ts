import type { MigrationStep } from '../database/migration-step.js';

/**
 * `caller` is whose run it is; what a program writes that knows of no callers is everybody's. The indexes are for lists, newest first:
 * of a caller, of a workflow, and of the few that ended badly.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    ALTER TABLE runs ADD COLUMN caller text NOT NULL DEFAULT 'anonymous';
    CREATE INDEX runs_of_caller ON runs (caller, id);
    CREATE INDEX runs_of_workflow ON runs (workflow, id);
    CREATE INDEX runs_unsuccessful ON runs (id)
      WHERE status IN ('failed', 'cancelled', 'terminated', 'timed-out', 'lost')`);

export const down: MigrationStep = ({ context }) =>
  context.sql(`
    DROP INDEX runs_of_caller, runs_of_workflow, runs_unsuccessful;
    ALTER TABLE runs DROP COLUMN caller`);
