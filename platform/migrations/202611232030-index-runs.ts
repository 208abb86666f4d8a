import type { MigrationStep } from '../database/migration-step.js';

/**
 * For lists, newest first: of a caller, of a workflow, and of the few that ended badly. A step of its own, so that runs can be read while
 * the indexes are built; what writes waits.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE INDEX runs_of_caller ON runs (caller, id);
    CREATE INDEX runs_of_workflow ON runs (workflow, id);
    CREATE INDEX runs_unsuccessful ON runs (id)
      WHERE status IN ('failed', 'cancelled', 'terminated', 'timed-out', 'lost')`);

export const down: MigrationStep = ({ context }) =>
  context.sql('DROP INDEX runs_of_caller, runs_of_workflow, runs_unsuccessful');
