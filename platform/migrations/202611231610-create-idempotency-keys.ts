import type { MigrationStep } from '../database/migration-step.js';

/**
 * The request and the run of each caller's key. There is no foreign key to runs, because each start would pay for its check: one statement
 * writes both, and no key outlives its run.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE TABLE idempotency_keys (
      caller       text NOT NULL,
      key          text NOT NULL,
      request_hash text NOT NULL,
      run_id       uuid NOT NULL,
      created_at   timestamptz NOT NULL,
      PRIMARY KEY (caller, key)
    );
    CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)`);

export const down: MigrationStep = ({ context }) => context.sql('DROP TABLE idempotency_keys');
