import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { projectRoot } from './project.js';
import { type Environment, SettingsInvalid } from './settings.js';

/**
 * The process's environment over the variables of an env file: what is set outside wins. The file is the one that ATLAS_ENV_FILE
 * names, or the clone's `.env` if there is one. Called by entry points only.
 * @throws {SettingsInvalid} the file that ATLAS_ENV_FILE names cannot be read
 */
export function loadEnvironment(env: Environment = process.env): Environment {
  const named = env['ATLAS_ENV_FILE'];
  const defined = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  return { ...(parseEnv(readEnvFile(named)) as Record<string, string>), ...defined };
}

function readEnvFile(named: string | undefined): string {
  try {
    return readFileSync(named || join(projectRoot, '.env'), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!named && code === 'ENOENT') return '';
    const variable = named ? 'ATLAS_ENV_FILE' : '.env';
    throw new SettingsInvalid([{ variable, message: `the file cannot be read (${code})` }]);
  }
}
