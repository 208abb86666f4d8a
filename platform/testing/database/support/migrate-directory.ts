import { type MigrationSettings, migrateUp } from '../../../database/migrate.js';

/** A program that applies the migrations of a folder. Arguments: `<directory> <settings as JSON>`. */
const [directory = '', settings = ''] = process.argv.slice(2);
await migrateUp(JSON.parse(settings) as MigrationSettings, { folders: [directory] });
