import { type MigrationFolders, withPlatformMigrations } from '../platform/database/migration-files.js';

/** The product's migrations are the files of this folder that are named `YYYYMMDDHHMM-name.ts`. */
export const migrations: MigrationFolders = withPlatformMigrations(import.meta.url);
