import type { Product } from '../product.js';
import { apiSettings } from './schema/api.js';
import { deploymentSettings } from './schema/deployment.js';
import { embeddedSettings } from './schema/embedded.js';
import { generalSettings } from './schema/general.js';
import { postgresSettings } from './schema/postgres.js';
import { runSettings } from './schema/runs.js';
import { temporalSettings } from './schema/temporal.js';
import { fromProduct } from './schema/types.js';
import { workerSettings } from './schema/worker.js';
import type { SettingSchema } from './setting.js';

/** All settings, by the name of their variable. */
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

/** A setting with the product's default. */
export const settingFor = ({ database }: Pick<Product, 'database'>, name: SettingName): SettingSchema => {
  const schema: SettingSchema = settingsSchema[name];
  return schema.type === 'string' && schema.default === fromProduct ? { ...schema, default: database } : schema;
};

export type SettingName = keyof typeof settingsSchema;
