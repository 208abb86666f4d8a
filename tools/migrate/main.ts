import { runMigrate } from './run-migrate.js';

/** `node dist/tools/migrate/main.js`: migrates the database of the settings. */
await runMigrate();
