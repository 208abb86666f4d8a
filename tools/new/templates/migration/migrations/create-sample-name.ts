import type { MigrationStep } from '../../../../../platform/database/migration-step.js';

export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE TABLE sample_name (
      id         uuid PRIMARY KEY,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    )`);

export const down: MigrationStep = ({ context }) => context.sql('DROP TABLE sample_name');
