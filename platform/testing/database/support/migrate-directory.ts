import { type MigrationSettings, migrateUp } from '../../../database/migrate.js';

/** A process that applies the steps of a folder: `<directory> <settings as JSON>`. */
const [directory = '', settings = ''] = process.argv.slice(2);
await migrateUp(JSON.parse(settings) as MigrationSettings, { folders: [directory] });
