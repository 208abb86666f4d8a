import type { SettingSchema } from '../setting.js';
import { path } from './types.js';

/** Settings of every process. */
export const generalSettings = {
  ATLAS_STAGE: {
    type: 'string',
    pattern: '^[a-z][a-z0-9-]{0,19}$',
    default: 'dev',
    group: 'General',
    description: 'Name of the stage: lower-case letters, digits and hyphens, at most 20',
  },
  ATLAS_ENV_FILE: {
    ...path,
    group: 'General',
    description:
      'File with environment variables, in the format of `.env`; by default `.env` in the clone, if it exists',
  },
  LOG_LEVEL: {
    type: 'string',
    enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    default: 'info',
    group: 'General',
    description: 'Minimum severity of log entries',
  },
  LOG_FORMAT: {
    type: 'string',
    enum: ['auto', 'json', 'pretty'],
    default: 'auto',
    group: 'General',
    description: 'Log format; auto uses pretty on a terminal and JSON otherwise',
  },
} as const satisfies Record<string, SettingSchema>;
