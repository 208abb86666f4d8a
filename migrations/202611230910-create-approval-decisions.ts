import type { MigrationStep } from '../platform/database/migration-step.js';

/**
 * The unique key ensures that a decision is recorded once, however often its activity runs.
 * There is no foreign key to runs, because approvals can also be started directly in Temporal.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE TABLE approval_decisions (
      id         uuid PRIMARY KEY,
      run_id     uuid NOT NULL,
      step       text NOT NULL,
      decision   text NOT NULL,
      decided_by text,
      comment    text,
      decided_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      version    integer NOT NULL DEFAULT 0,
      CONSTRAINT approval_decisions_run_id_step_key UNIQUE (run_id, step),
      CONSTRAINT approval_decisions_decision_known CHECK
        (decision IN ('approved', 'rejected', 'expired', 'cancelled'))
    )`);

export const down: MigrationStep = ({ context }) => context.sql('DROP TABLE approval_decisions');
