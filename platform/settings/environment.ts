import { join } from 'node:path';
import { parseEnvFile } from './env-file.js';
import { projectRoot } from './project.js';
import { type Environment, SettingsInvalid } from './settings.js';
import { readTextFile, TextFileUnreadable } from './text-file.js';
import { unknownInEnvFile } from './unknown-names.js';

/** More than that is a file of another kind. */
const mostFaults = 10;

/**
 * The process's environment over the variables of an env file: what is set outside wins. The file is the one that ATLAS_ENV_FILE
 * names, or the clone's `.env` if there is one. Called by entry points only.
 * @param onWarning - hears of each variable in the file that looks like a setting but is none
 * @throws {SettingsInvalid} the file cannot be read, or a line of it is no assignment
 */
export function loadEnvironment(
  env: Environment = process.env,
  onWarning: (warning: string) => void = () => undefined,
): Environment {
  const named = env['ATLAS_ENV_FILE'];
  const name = named || '.env';
  const { variables, faults } = parseEnvFile(readEnvFile(named));
  if (faults.length > 0) {
    const told = faults
      .slice(0, mostFaults)
      .map(({ line, message }) => ({ variable: `${name}, line ${line}`, message }));
    const more = faults.length - told.length;
    throw new SettingsInvalid([
      ...told,
      ...(more > 0 ? [{ variable: name, message: `${more} more lines are wrong` }] : []),
    ]);
  }
  if ('ATLAS_ENV_FILE' in variables) onWarning(`${name}: ATLAS_ENV_FILE has no effect in an env file`);
  for (const warning of unknownInEnvFile(Object.keys(variables))) onWarning(`${name}: ${warning}`);
  // A variable that is set to nothing counts as not set, here too.
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
