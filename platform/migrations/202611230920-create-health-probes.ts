import type { MigrationStep } from '../database/migration-step.js';

/** The health check writes, reads and deletes a row here. The table is empty between checks. */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE TABLE health_probes (
      id         uuid PRIMARY KEY,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);

export const down: MigrationStep = ({ context }) => context.sql('DROP TABLE health_probes');
