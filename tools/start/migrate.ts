import { runMigrate } from '../migrate/run-migrate.js';
import { runningDatabase } from './running-database.js';

/** `npm run migrate`: without POSTGRES_PASSWORD, it uses the database that `npm start` runs in this clone. */
await runMigrate(runningDatabase);
