import type { MigrationSettings } from '../../platform/database/migrate.js';
import { settingsOrExit } from '../../platform/settings/entry.js';
import { isLoopback } from '../../platform/settings/loopback.js';
import type { SettingFault } from '../../platform/settings/settings.js';
import { CommandFault } from '../cli/faults.js';

/**
 * The database of the settings; without a password, the one that `npm start` runs in this clone. Ends the process with exit code 78
 * when the settings are not valid.
 * @throws {CommandFault} there is no password, and none runs
 */
export async function databaseSettings(): Promise<MigrationSettings> {
  const settings = settingsOrExit({ optional: ['POSTGRES_PASSWORD'], faults: passwordFaults });
  const { POSTGRES_PASSWORD: password } = settings;
  if (password !== undefined) return { ...settings, POSTGRES_PASSWORD: password };
  // Loaded only here: the app's image has nothing that npm start needs.
  const { runningDatabase } = await import('./running-database.js').catch((cause: unknown) => {
    throw new CommandFault('POSTGRES_PASSWORD is not set, and there is no npm start here to have made one.', { cause });
  });
  return { ...settings, ...runningDatabase(settings.ATLAS_DATA_DIR) };
}

/** A server elsewhere is meant, even if one runs here. */
function passwordFaults(settings: { POSTGRES_HOST: string; POSTGRES_PASSWORD: string | undefined }): SettingFault[] {
  if (settings.POSTGRES_PASSWORD !== undefined || isLoopback(settings.POSTGRES_HOST)) return [];
  const message = `required for ${settings.POSTGRES_HOST}; set it, or POSTGRES_PASSWORD_FILE to the path of a file that holds it`;
  return [{ variable: 'POSTGRES_PASSWORD', message }];
}
