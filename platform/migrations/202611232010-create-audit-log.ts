import type { MigrationStep } from '../database/migration-step.js';

/**
 * Who did what to which run or key, and from where: names and ids, never what was sent. There are no foreign keys: what is told here
 * outlives the runs that it tells of.
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
