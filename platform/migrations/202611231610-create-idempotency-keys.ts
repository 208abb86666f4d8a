import type { MigrationStep } from '../database/migration-step.js';

/**
 * Which request a caller's key belongs to, and the run that came of it. There is no foreign key to runs, whose check every start
 * would pay for: the two are written by one statement, and a key is never kept longer than its run.
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
