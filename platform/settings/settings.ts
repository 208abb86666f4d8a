import type { Product } from '../product.js';
import { canonical } from './canonical.js';
import type { NoSettings, ProductSettings, ProductValues } from './define-settings.js';
import { definitionFaults } from './definition-faults.js';
import { type KnownSettings, knownSettings, type SettingsOwner } from './known-settings.js';
import type { ProcessName } from './names.js';
import type { SettingSchema, ValueOf } from './setting.js';
import { conflictsIn } from './setting-conflicts.js';
import { describeErrors, type Environment, itemsOf, type SettingFault, SettingsInvalid } from './setting-faults.js';
import { createAjv } from './setting-validation.js';
import type { SettingName, settingsSchema } from './settings-schema.js';
import { readTextFile } from './text-file.js';
import { unknownVariables } from './unknown-names.js';

export { type Environment, type SettingFault, SettingsInvalid } from './setting-faults.js';

type SchemaOf<K extends SettingName> = (typeof settingsSchema)[K];
type IsPresent<S> = S extends { default: unknown } | { required: true } ? true : false;

/** The platform's settings by variable name, validated, with defaults. Frozen. */
export type Settings = Readonly<
  { [K in SettingName as IsPresent<SchemaOf<K>> extends true ? K : never]: ValueOf<SchemaOf<K>> } & {
    [K in SettingName as IsPresent<SchemaOf<K>> extends true ? never : K]: ValueOf<SchemaOf<K>> | undefined;
  }
>;

/** The settings of a process: the platform's, and those of the product that the process uses. */
export type SettingsOf<P, N extends ProcessName> = Settings &
  (P extends Product<infer S extends ProductSettings> ? ProductValues<S, N> : unknown);

export interface ReadSettingsOptions<O extends SettingName, N extends ProcessName> {
  /** Required variables that this process provides itself. @default - none */
  readonly optional?: readonly O[];
  /**
   * Reads the product's settings of these processes only, and requires those without a default. @default - reads all of them, and requires
   * none: a command that runs none of the product's code
   */
  readonly processes?: readonly N[];
}

export interface ReadSettingsResult<
  O extends SettingName = never,
  S extends ProductSettings = NoSettings,
  N extends ProcessName = never,
> {
  readonly settings: Readonly<Omit<Settings, O> & { [K in O]: Settings[K] | undefined }> & ProductValues<S, N>;
  /** Probable mistakes that are not errors, one line each. */
  readonly warnings: readonly string[];
}

/**
 * Reads and validates all settings. Reads only `env` and the files that variables name. An empty variable counts as unset.
 *
 * @param product - provides its settings, and the defaults named after it
 * @throws {SettingsInvalid} with all faults
 */
export function readSettings<
  O extends SettingName = never,
  S extends ProductSettings = NoSettings,
  N extends ProcessName = never,
>(
  product: SettingsOwner<S>,
  env: Environment,
  { optional = [], processes }: ReadSettingsOptions<O, N> = {},
): ReadSettingsResult<O, S, N> {
  const faults: SettingFault[] = definitionFaults(product.settings);
  if (faults.length > 0) throw new SettingsInvalid(faults);
  const known = knownSettings(product);
  const schemas = schemasFor(known, optional, processes);
  const raw: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const text = readRaw(name, schema, env, faults);
    if (text !== undefined) raw[name] = settingValue(schema, text);
  }
  // A secret whose file is unreadable has one fault already: do not report it as missing too.
  const unread = new Set(faults.map(({ variable }) => variable.replace(/_FILE$/, '')));
  const validate = compile(schemas);
  if (!validate(raw)) {
    const found = describeErrors(validate.errors ?? [], env, schemas);
    faults.push(...found.filter(({ variable }) => !unread.has(variable)));
  }
  faults.push(...unreadableFiles(raw, schemas, processes), ...conflictsIn(raw));
  if (faults.length > 0) throw new SettingsInvalid(faults);
  for (const name of Object.keys(schemas))
    raw[name] = Array.isArray(raw[name]) ? Object.freeze(raw[name]) : (raw[name] ?? undefined);
  return {
    settings: Object.freeze(raw) as ReadSettingsResult<O, S, N>['settings'],
    warnings: unknownVariables(Object.keys(env), known),
  };
}

/** The settings to read; `required` only where the processes require it. */
function schemasFor(
  known: KnownSettings,
  optional: readonly string[],
  processes: readonly ProcessName[] | undefined,
): KnownSettings {
  const isUsed = ({ usedBy }: SettingSchema) =>
    usedBy === undefined || processes === undefined || processes.some((process) => usedBy.includes(process));
  return Object.fromEntries(
    Object.entries(known)
      .filter(([, schema]) => isUsed(schema))
      .map(([name, { required, ...schema }]) => {
        const isRequired = required && !optional.includes(name) && (!schema.usedBy || processes);
        return [name, isRequired ? { ...schema, required } : schema];
      }),
  );
}

function readRaw(
  name: string,
  { secret }: SettingSchema,
  env: Environment,
  faults: SettingFault[],
): string | undefined {
  const value = env[name] || undefined;
  if (!secret) return value;
  const fileVariable = `${name}_FILE`;
  const file = env[fileVariable] || undefined;
  if (file === undefined) return value;
  if (value !== undefined) {
    faults.push({ variable: name, message: `conflicts with ${fileVariable}; set only one of them` });
    return undefined;
  }
  try {
    const text = readTextFile(file).replace(/(?:\r\n|[\r\n])$/, '');
    if (text !== '') return text;
    faults.push({ variable: fileVariable, message: `the file ${file} is empty` });
  } catch (error) {
    faults.push({ variable: fileVariable, message: (error as Error).message });
  }
  return undefined;
}

/** Converts a text to its value; returns an invalid text unchanged, so that the schema rejects it. */
function settingValue(schema: SettingSchema, text: string): unknown {
  const kind = 'canonical' in schema ? schema.canonical : undefined;
  const canonicalForm = (item: string) => (kind && canonical[kind](item)) ?? item;
  switch (schema.type) {
    case 'integer':
      // Decimal digits only: `Number` accepts `0x10`, `1e3` and spaces too, which are probably mistakes.
      return /^(0|-?[1-9][0-9]*)$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return itemsOf(text).map(canonicalForm);
    case 'string':
      return canonicalForm(text);
  }
}

function compile(schemas: KnownSettings) {
  const entries = Object.entries(schemas);
  return createAjv().compile({
    type: 'object',
    // In JSON Schema, `required` is a list of the object, not a keyword of its properties.
    properties: Object.fromEntries(entries.map(([name, { required: _, ...schema }]) => [name, schema])),
    required: entries.filter(([, { required }]) => required).map(([name]) => name),
  });
}

function unreadableFiles(
  raw: Readonly<Record<string, unknown>>,
  schemas: KnownSettings,
  processes: readonly ProcessName[] | undefined,
): SettingFault[] {
  return Object.entries(schemas).flatMap(([variable, { file, usedBy }]) => {
    const path = raw[variable];
    // A path of the product is valid where the process runs that uses it.
    if (!file || typeof path !== 'string' || (usedBy && !processes)) return [];
    try {
      readTextFile(path);
      return [];
    } catch (error) {
      return [{ variable, message: (error as Error).message }];
    }
  });
}
