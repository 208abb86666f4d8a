import { canonical } from './canonical.js';
import type { ProductSettings, SettingDefinition } from './define-settings.js';
import { productSettings } from './known-settings.js';
import { processes } from './names.js';
import type { SettingSchema } from './setting.js';
import { expectation, type SettingFault } from './setting-faults.js';
import { createAjv } from './setting-validation.js';
import { settingsSchema } from './settings-schema.js';

/** Names that other programs read: the system, Node.js and npm. */
const foreignPrefix = /^(LD|DYLD|NODE|NPM)_/;

/** Mistakes in the product's definitions that the compiler does not find. */
export const definitionFaults = (settings: ProductSettings): SettingFault[] =>
  Object.entries(settings).flatMap(([name, definition]) => {
    const message = nameFault(name, settings) ?? useFault(definition) ?? valueFault(name, definition);
    return message === undefined ? [] : [{ variable: name, message: `${message} (config/settings.ts)` }];
  });

function nameFault(name: string, settings: ProductSettings): string | undefined {
  const platform: Readonly<Record<string, SettingSchema>> = settingsSchema;
  const base = name.replace(/_FILE$/, '');
  if (Object.hasOwn(platform, name) || (base !== name && platform[base]?.secret))
    return 'is a setting of the platform: choose another name';
  if (base !== name && settings[base]?.secret)
    return `is the name of the file that contains ${base}: choose another name`;
  if (name.startsWith('ATLAS_') || foreignPrefix.test(name))
    return `names that begin with ${name.slice(0, name.indexOf('_') + 1)} belong to other programs or to the platform: choose another name`;
  // Without an underscore, it may be a variable of the system, such as PATH or HOME.
  return /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(name)
    ? undefined
    : 'must be two or more words of upper-case letters and digits, joined by _, such as PAYMENTS_URL';
}

function useFault({ usedBy, secret, ...definition }: SettingDefinition): string | undefined {
  const users: readonly string[] = usedBy ?? [];
  if (users.length === 0 || users.some((user) => !processes.some((process) => process === user)))
    return `usedBy must be a list of ${processes.join(', ')}`;
  const { default: standard, testValue, optional } = definition;
  if (secret && standard !== undefined) return 'a secret has no default: it would be the same in every stage';
  if (standard === undefined && testValue === undefined && !optional)
    return 'needs a default, or a testValue if it is required, or optional: true';
  return undefined;
}

function valueFault(name: string, definition: SettingDefinition): string | undefined {
  const { required: _, default: __, ...schema } = productSettings({ [name]: definition })[name] as SettingSchema;
  for (const part of ['default', 'testValue'] as const) {
    const value = definition[part];
    if (value === undefined) continue;
    try {
      if (!createAjv().validate(schema, value)) return `${part} ${expectation(schema as SettingSchema)}`;
    } catch (error) {
      return `is not a valid definition: ${(error as Error).message}`;
    }
  }
  return 'canonical' in schema && schema.canonical && !(schema.canonical in canonical)
    ? `canonical must be one of ${Object.keys(canonical).join(', ')}`
    : undefined;
}
