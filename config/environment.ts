import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { projectRoot } from './project.js';
import type { Environment } from './settings.js';

/**
 * The process's environment over the clone's `.env` file: what is set outside wins.
 * A missing file is no fault. Called by entry points only.
 */
export function loadEnvironment(env: Environment = process.env, file = join(projectRoot, '.env')): Environment {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return env;
    throw error;
  }
  const defined = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  return { ...(parseEnv(text) as Record<string, string>), ...defined };
}
