import { Ajv } from 'ajv';
import type { Product } from '../product.js';
import { type CanonicalKind, canonical } from './canonical.js';
import type { SettingSchema } from './setting.js';
import { conflictsIn } from './setting-conflicts.js';
import { describeErrors, type Environment, itemsOf, type SettingFault, SettingsInvalid } from './setting-faults.js';
import { type SettingName, settingFor, settingsSchema } from './settings-schema.js';
import { readTextFile } from './text-file.js';
import { unknownVariables } from './unknown-names.js';

export { type Environment, type SettingFault, SettingsInvalid } from './setting-faults.js';

type SchemaOf<K extends SettingName> = (typeof settingsSchema)[K];
type ValueOf<S> = S extends { enum: readonly (infer E)[] }
  ? E
  : S extends { type: 'array'; items: { enum: readonly (infer E)[] } }
    ? readonly E[]
    : S extends { type: 'array' }
      ? readonly string[]
      : S extends { type: 'integer' }
        ? number
        : S extends { type: 'boolean' }
          ? boolean
          : string;
type IsPresent<S> = S extends { default: unknown } | { required: true } ? true : false;

/** All settings by variable name, validated, with defaults. Frozen. */
export type Settings = Readonly<
  { [K in SettingName as IsPresent<SchemaOf<K>> extends true ? K : never]: ValueOf<SchemaOf<K>> } & {
    [K in SettingName as IsPresent<SchemaOf<K>> extends true ? never : K]: ValueOf<SchemaOf<K>> | undefined;
  }
>;

export interface ReadSettingsResult<O extends SettingName = never> {
  readonly settings: Readonly<Omit<Settings, O> & { [K in O]: Settings[K] | undefined }>;
  /** Probable mistakes that are not errors, one line each. */
  readonly warnings: readonly string[];
}

const schemas: Readonly<Record<string, SettingSchema>> = settingsSchema;
const names = Object.keys(settingsSchema) as SettingName[];

/**
 * Reads and validates all settings. Reads only `env` and the files that variables name. An empty variable counts as unset.
 *
 * @param product - provides the defaults named after it
 * @param options.optional - required variables that this process provides itself
 * @throws {SettingsInvalid} with all faults
 */
export function readSettings<O extends SettingName = never>(
  product: Pick<Product, 'database'>,
  env: Environment,
  options: { optional?: readonly O[] } = {},
): ReadSettingsResult<O> {
  const faults: SettingFault[] = [];
  const raw: Record<string, unknown> = {};
  for (const name of names) {
    const text = readRaw(name, env, faults);
    if (text !== undefined) raw[name] = settingValue(schemas[name] as SettingSchema, text);
  }
  // A secret whose file is unreadable has one fault already: do not report it as missing too.
  const unread = new Set(faults.map(({ variable }) => variable.replace(/_FILE$/, '')));
  const validate = compile(product, options.optional ?? []);
  if (!validate(raw)) {
    const found = describeErrors(validate.errors ?? [], env);
    faults.push(...found.filter(({ variable }) => !unread.has(variable)));
  }
  faults.push(...unreadableFiles(raw), ...conflictsIn(raw));
  if (faults.length > 0) throw new SettingsInvalid(faults);
  for (const name of names) raw[name] = Array.isArray(raw[name]) ? Object.freeze(raw[name]) : (raw[name] ?? undefined);
  return {
    settings: Object.freeze(raw) as ReadSettingsResult<O>['settings'],
    warnings: unknownVariables(Object.keys(env)),
  };
}

function readRaw(name: SettingName, env: Environment, faults: SettingFault[]): string | undefined {
  const value = env[name] || undefined;
  if (!schemas[name]?.secret) return value;
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

function compile(product: Pick<Product, 'database'>, optional: readonly string[]) {
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    strict: true,
    keywords: ['group', 'secret', 'file'],
  });
  ajv.addKeyword({
    keyword: 'canonical',
    validate: (kind: CanonicalKind, value: string | string[]) =>
      [value].flat().every((item) => canonical[kind](item) !== undefined),
  });
  const properties = Object.fromEntries(
    names.map((name) => {
      // In JSON Schema, `required` is a list of the object, not a keyword of its properties.
      const { required: _, ...schema } = settingFor(product, name);
      return [name, schema];
    }),
  );
  return ajv.compile({
    type: 'object',
    properties,
    required: names.filter((name) => schemas[name]?.required && !optional.includes(name)),
  });
}

function unreadableFiles(raw: Readonly<Record<string, unknown>>): SettingFault[] {
  return names.flatMap((variable) => {
    const path = raw[variable];
    if (!schemas[variable]?.file || typeof path !== 'string') return [];
    try {
      readTextFile(path);
      return [];
    } catch (error) {
      return [{ variable, message: (error as Error).message }];
    }
  });
}
