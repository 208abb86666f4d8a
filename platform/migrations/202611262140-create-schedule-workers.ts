import type { MigrationStep } from '../database/migration-step.js';

/** The running workers and the version of the schedules that each would apply to Temporal; see database/schedule-election.ts. */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE TABLE schedule_workers (
      id      uuid PRIMARY KEY,
      version text NOT NULL,
      since   timestamptz NOT NULL,
      seen_at timestamptz NOT NULL
    )`);

export const down: MigrationStep = ({ context }) => context.sql('DROP TABLE schedule_workers');
