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
    description: "File with more variables, in the form of `.env`; the clone's `.env`, if it is there, when not set",
  },
  LOG_LEVEL: {
    type: 'string',
    enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    default: 'info',
    group: 'General',
    description: 'Least severe level that is logged',
  },
  LOG_FORMAT: {
    type: 'string',
    enum: ['auto', 'json', 'pretty'],
    default: 'auto',
    group: 'General',
    description: 'auto writes readable lines on a terminal and JSON on a pipe',
  },
} as const satisfies Record<string, SettingSchema>;
