import type { SettingSchema } from '../setting.js';
import { path, port } from './types.js';

/** Settings that only `npm start` reads. */
export const embeddedSettings = {
  ATLAS_DATA_DIR: {
    ...path,
    group: 'Embedded (npm start)',
    description: 'Folder for data and logs; by default `.atlas` in the clone',
  },
  TEMPORAL_CLI_PATH: {
    ...path,
    group: 'Embedded (npm start)',
    description: 'Path of a Temporal CLI binary; by default, npm start finds or downloads one',
  },
  TEMPORAL_UI_PORT: { ...port, default: 8233, group: 'Embedded (npm start)', description: 'Port of the Temporal UI' },
} as const satisfies Record<string, SettingSchema>;
