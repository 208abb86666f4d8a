import type { MigrationStep } from '../database/migration-step.js';

/**
 * `caller` is whose run it is. Runs of before, and those of a program that knows of no callers, are `anonymous`: everybody sees them where
 * no key is asked for, and keys with the scope `runs:admin` elsewhere. Changes the catalogue only: no row is written.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql("ALTER TABLE runs ADD COLUMN caller text NOT NULL DEFAULT 'anonymous'");

export const down: MigrationStep = ({ context }) => context.sql('ALTER TABLE runs DROP COLUMN caller');
