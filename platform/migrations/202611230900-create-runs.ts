import type { MigrationStep } from '../database/migration-step.js';

/**
 * `input`, `result` and `failure` are json, not jsonb: they are stored as sent and always read as a whole, and jsonb rejects values
 * that JSON allows and callers may send (`\u0000`, unpaired surrogates).
 * Lists are ordered by id, newest first (UUID v7), so the primary key is their index.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE TABLE runs (
      id              uuid PRIMARY KEY,
      workflow        text NOT NULL,
      status          text NOT NULL,
      input           json NOT NULL,
      result          json,
      failure         json,
      workflow_id     text NOT NULL,
      temporal_run_id text,
      created_at      timestamptz NOT NULL,
      updated_at      timestamptz NOT NULL,
      started_at      timestamptz,
      ended_at        timestamptz,
      version         integer NOT NULL DEFAULT 0,
      CONSTRAINT runs_workflow_id_key UNIQUE (workflow_id),
      CONSTRAINT runs_status_known CHECK (status IN
        ('pending', 'running', 'completed', 'failed', 'cancelled', 'terminated', 'timed-out', 'lost')),
      CONSTRAINT runs_started_with_temporal_run_id CHECK ((started_at IS NULL) = (temporal_run_id IS NULL)),
      CONSTRAINT runs_pending_not_started CHECK (status <> 'pending' OR started_at IS NULL),
      CONSTRAINT runs_running_started CHECK (status <> 'running' OR started_at IS NOT NULL),
      CONSTRAINT runs_ended_when_final CHECK ((ended_at IS NOT NULL) = (status NOT IN ('pending', 'running'))),
      CONSTRAINT runs_result_when_completed CHECK (result IS NULL OR status = 'completed'),
      CONSTRAINT runs_failure_when_not_completed CHECK
        ((failure IS NOT NULL) = (status NOT IN ('pending', 'running', 'completed')))
    )`);

export const down: MigrationStep = ({ context }) => context.sql('DROP TABLE runs');
