import type { MigrationStep } from '../../../../../platform/database/migration-step.js';

/** Replace the statements: `up` makes the change, and `down` takes it back. */
export const up: MigrationStep = ({ context }) => context.sql('SELECT 1');

export const down: MigrationStep = ({ context }) => context.sql('SELECT 1');
