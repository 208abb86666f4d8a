import { apiSettings } from './schema/api.js';
import { deploymentSettings } from './schema/deployment.js';
import { embeddedSettings } from './schema/embedded.js';
import { generalSettings } from './schema/general.js';
import { postgresSettings } from './schema/postgres.js';
import { runSettings } from './schema/runs.js';
import { temporalSettings } from './schema/temporal.js';
import { workerSettings } from './schema/worker.js';

/** The platform's settings, by the name of their variable. */
export const settingsSchema = {
  ...generalSettings,
  ...apiSettings,
  ...runSettings,
  ...postgresSettings,
  ...temporalSettings,
  ...workerSettings,
  ...deploymentSettings,
  ...embeddedSettings,
} as const;

export type SettingName = keyof typeof settingsSchema;
