import type { MigrationStep } from '../database/migration-step.js';

/**
 * Indexes for lists, newest first: by caller, by workflow, and of the few unsuccessful runs. A separate step, so that only writes, not reads,
 * wait while the indexes are built.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE INDEX runs_of_caller ON runs (caller, id);
    CREATE INDEX runs_of_workflow ON runs (workflow, id);
    CREATE INDEX runs_unsuccessful ON runs (id)
      WHERE status IN ('failed', 'cancelled', 'terminated', 'timed-out', 'lost')`);

export const down: MigrationStep = ({ context }) =>
  context.sql('DROP INDEX runs_of_caller, runs_of_workflow, runs_unsuccessful');
