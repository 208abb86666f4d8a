import type { MigrationStep } from '../database/migration-step.js';

/** What the health check writes, reads and deletes. It is empty between two checks. */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE TABLE health_probes (
      id         uuid PRIMARY KEY,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);

export const down: MigrationStep = ({ context }) => context.sql('DROP TABLE health_probes');
