import type { MigrationStep } from '../database/migration-step.js';

/**
 * Which caller did what to which run or key, and from which address: names and ids, never contents. There are no foreign keys, because
 * entries outlive their runs.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE TABLE audit_log (
      id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at         timestamptz NOT NULL DEFAULT now(),
      caller     text NOT NULL,
      key_id     text,
      action     text NOT NULL,
      workflow   text,
      run_id     uuid,
      subject    text,
      address    text,
      request_id text
    );
    CREATE INDEX audit_log_age ON audit_log (at);
    CREATE INDEX audit_log_run ON audit_log (run_id) WHERE run_id IS NOT NULL`);

export const down: MigrationStep = ({ context }) => context.sql('DROP TABLE audit_log');
