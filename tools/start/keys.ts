import { runKeys } from '../keys/run-keys.js';
import { runningDatabase } from './running-database.js';

/** `npm run keys`: without POSTGRES_PASSWORD, it uses the database that `npm start` runs in this clone. */
await runKeys(runningDatabase);
