import type { Product } from '../product.js';
import type { ProductSettings, SettingDefinition } from './define-settings.js';
import { fromProduct } from './schema/types.js';
import type { SettingSchema } from './setting.js';
import { settingsSchema } from './settings-schema.js';

/** A product, as far as settings need it: its own settings, and the name of its database. */
export type SettingsOwner<S extends ProductSettings = ProductSettings> = Pick<Product<S>, 'database' | 'settings'>;

/** Definitions by the name of their variable. */
export type KnownSettings = Readonly<Record<string, SettingSchema>>;

/** The platform's settings with the product's defaults, and the product's own. */
export const knownSettings = ({ database, settings }: SettingsOwner): KnownSettings => ({
  ...Object.fromEntries(
    Object.entries<SettingSchema>(settingsSchema).map(([name, schema]) => [
      name,
      schema.type === 'string' && schema.default === fromProduct ? { ...schema, default: database } : schema,
    ]),
  ),
  ...productSettings(settings),
});

/** The product's settings in the form of the platform's. */
export const productSettings = (settings: ProductSettings): KnownSettings =>
  Object.fromEntries(Object.entries(settings).map(([name, definition]) => [name, schemaOf(definition)]));

function schemaOf({ testValue, optional, ...schema }: SettingDefinition): SettingSchema {
  const isRequired = !optional && schema.default === undefined;
  return { ...schema, group: 'Product', ...(isRequired && { required: true }) } as SettingSchema;
}
