import type { SettingSchema } from '../setting.js';
import { path, port } from './types.js';

/** Settings that only `npm start` reads. */
export const embeddedSettings = {
  ATLAS_DATA_DIR: {
    ...path,
    group: 'Embedded (npm start)',
    description: 'Folder for data and logs; `.atlas` in the clone when not set',
  },
  TEMPORAL_CLI_PATH: {
    ...path,
    group: 'Embedded (npm start)',
    description: 'Temporal CLI binary to use instead of the one that is found or downloaded',
  },
  TEMPORAL_UI_PORT: { ...port, default: 8233, group: 'Embedded (npm start)', description: "Port of Temporal's UI" },
} as const satisfies Record<string, SettingSchema>;
