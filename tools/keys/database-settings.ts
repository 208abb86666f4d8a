import { product } from '../../config/product.js';
import type { DatabaseSettings } from '../../platform/database/connection.js';
import type { MigrationSettings } from '../../platform/database/migrate.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { settingsOrExit } from '../../platform/settings/entry.js';
import { isLoopback } from '../../platform/settings/loopback.js';
import type { ProcessName } from '../../platform/settings/names.js';
import type { SettingFault } from '../../platform/settings/settings.js';

/** Connection parameters of a database. */
export type DatabaseAddress = Pick<
  DatabaseSettings,
  'POSTGRES_HOST' | 'POSTGRES_PORT' | 'POSTGRES_DB' | 'POSTGRES_USER' | 'POSTGRES_PASSWORD'
>;

/** @param dataFolder - the setting ATLAS_DATA_DIR */
export type FindDatabase = (dataFolder: string | undefined) => DatabaseAddress;

/**
 * Returns the database of the settings; without a password, the result of `findDatabase`. Ends the process with exit code 78 if the
 * settings are invalid.
 * @param options.processes - those whose settings of the product are read too. @default - none is required
 * @throws {CommandFault} no password is set, and no database was found
 */
export function databaseSettings(
  findDatabase?: FindDatabase,
  options: { readonly processes?: readonly ProcessName[] } = {},
): MigrationSettings {
  const settings = settingsOrExit(product, { ...options, optional: ['POSTGRES_PASSWORD'], faults: passwordFaults });
  const { POSTGRES_PASSWORD: password } = settings;
  if (password !== undefined) return { ...settings, POSTGRES_PASSWORD: password };
  if (!findDatabase)
    throw new CommandFault(
      'POSTGRES_PASSWORD is not set; set it, or POSTGRES_PASSWORD_FILE to the path of a file that contains it',
    );
  return { ...settings, ...findDatabase(settings.ATLAS_DATA_DIR) };
}

/** A remote host requires a password, even if a local server runs. */
function passwordFaults(settings: { POSTGRES_HOST: string; POSTGRES_PASSWORD: string | undefined }): SettingFault[] {
  if (settings.POSTGRES_PASSWORD !== undefined || isLoopback(settings.POSTGRES_HOST)) return [];
  const message = `required for ${settings.POSTGRES_HOST}; set it, or POSTGRES_PASSWORD_FILE to the path of a file that contains it`;
  return [{ variable: 'POSTGRES_PASSWORD', message }];
}
