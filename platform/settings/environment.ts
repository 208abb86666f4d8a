import { join } from 'node:path';
import { parseEnvFile } from './env-file.js';
import { knownSettings, type SettingsOwner } from './known-settings.js';
import { projectRoot } from './project.js';
import { type Environment, SettingsInvalid } from './settings.js';
import { readTextFile, TextFileUnreadable } from './text-file.js';
import { unknownInEnvFile } from './unknown-names.js';

/** A file with more faults is probably no env file. */
const mostFaults = 10;

/**
 * Merges the variables of an env file with the environment, which takes precedence. The file is ATLAS_ENV_FILE, or `.env` in the clone if
 * it exists. Only entry points call this.
 * @param onWarning - called for each variable in the file that resembles a setting
 * @param product - whose settings are known. @default - only the platform's
 * @throws {SettingsInvalid} the file cannot be read, or has invalid lines
 */
export function loadEnvironment(
  env: Environment = process.env,
  onWarning: (warning: string) => void = () => undefined,
  product: SettingsOwner = { database: '', settings: {} },
): Environment {
  const named = env['ATLAS_ENV_FILE'];
  const name = named || '.env';
  const { variables, faults } = parseEnvFile(readEnvFile(named));
  if (faults.length > 0) {
    const shown = faults
      .slice(0, mostFaults)
      .map(({ line, message }) => ({ variable: `${name}, line ${line}`, message }));
    const more = faults.length - shown.length;
    throw new SettingsInvalid([
      ...shown,
      ...(more > 0 ? [{ variable: name, message: `${more} more lines are invalid` }] : []),
    ]);
  }
  if ('ATLAS_ENV_FILE' in variables) onWarning(`${name}: ATLAS_ENV_FILE has no effect in an env file`);
  for (const warning of unknownInEnvFile(Object.keys(variables), knownSettings(product)))
    onWarning(`${name}: ${warning}`);
  // An empty variable counts as unset.
  const defined = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  return { ...variables, ...defined };
}

function readEnvFile(named: string | undefined): string {
  try {
    return readTextFile(named || join(projectRoot, '.env'));
  } catch (error) {
    if (!(error instanceof TextFileUnreadable)) throw error;
    if (!named && error.code === 'ENOENT') return '';
    throw new SettingsInvalid([{ variable: named ? 'ATLAS_ENV_FILE' : '.env', message: error.message }]);
  }
}
