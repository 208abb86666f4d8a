import { Ajv, type ErrorObject } from 'ajv';
import type { Product } from '../product.js';
import { type CanonicalKind, canonical, kindWords, suggestionFor } from './canonical.js';
import { isLoopback } from './loopback.js';
import type { SettingSchema } from './setting.js';
import { type SettingName, settingFor, settingsSchema } from './settings-schema.js';
import { readTextFile } from './text-file.js';
import { unknownVariables } from './unknown-names.js';

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

export type Environment = Readonly<Record<string, string | undefined>>;

/** An invalid variable. The message says how to fix it and never contains the value of a secret. */
export interface SettingFault {
  readonly variable: string;
  readonly message: string;
}

/** The settings are invalid; contains all faults. */
export class SettingsInvalid extends Error {
  readonly code = 'settings-invalid';
  constructor(readonly faults: readonly SettingFault[]) {
    super(
      `${faults.length === 1 ? 'Invalid setting' : `${faults.length} invalid settings`}:\n${faults.map((f) => `  ${f.variable}: ${f.message}`).join('\n')}`,
    );
    this.name = 'SettingsInvalid';
  }
}

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
    // One fault per variable, even if its value violates several rules.
    const found = new Map((validate.errors ?? []).map((error) => [variableOf(error), describe(error, env)]));
    faults.push(...[...found.values()].filter(({ variable }) => !unread.has(variable)));
  }
  faults.push(...unreadableFiles(raw), ...crossChecks(raw));
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

const itemsOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

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

const variableOf = ({ keyword, params, instancePath }: ErrorObject): string =>
  keyword === 'required' ? String(params['missingProperty']) : (instancePath.split('/')[1] ?? '');

function describe(error: ErrorObject, env: Environment): SettingFault {
  const variable = variableOf(error);
  if (error.keyword === 'required') {
    const orFile = schemas[variable]?.secret
      ? `; set it, or ${variable}_FILE to the path of a file that contains it`
      : '';
    return { variable, message: `required${orFile}` };
  }
  const schema = schemas[variable];
  const text = env[variable] ?? '';
  const shown = schema?.secret ? '' : `, but is ${JSON.stringify(text)}`;
  const better = schema && betterForm(schema, text);
  return { variable, message: `${expectation(schema)}${shown}${better ? `; use ${better}` : ''}` };
}

/** Suggests a valid form of the same value; `undefined` if there is none. */
function betterForm(schema: SettingSchema, text: string): string | undefined {
  const kind = 'canonical' in schema ? schema.canonical : undefined;
  if (!kind) return undefined;
  const items = schema.type === 'array' ? itemsOf(text) : [text];
  const forms = items.map((item) => canonical[kind](item) ?? suggestionFor(kind, item));
  return forms.includes(undefined) ? undefined : [...new Set(forms)].join(',');
}

/** Describes the valid values of a setting. */
export function expectation(schema: SettingSchema | undefined): string {
  switch (schema?.type) {
    case 'integer':
      return `must be a whole number from ${schema.minimum} to ${schema.maximum}`;
    case 'boolean':
      return 'must be true or false';
    case 'array':
      return 'enum' in schema.items
        ? `must be a comma-separated list of ${schema.items.enum.join(', ')} without duplicates`
        : `must be a comma-separated list without duplicates; each item must ${schema.canonical ? `be ${kindWords[schema.canonical]}` : `match ${schema.items.pattern}`}`;
    case 'string':
      if (schema.enum) return `must be one of ${schema.enum.join(', ')}`;
      if ('canonical' in schema && schema.canonical) return `must be ${kindWords[schema.canonical]}`;
      return schema.pattern ? `must match ${schema.pattern}` : 'must not be empty';
    default:
      return 'is not valid';
  }
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

function crossChecks(raw: Readonly<Record<string, unknown>>): SettingFault[] {
  const faults: SettingFault[] = [];
  const tls = ['SERVER_CA_CERT', 'CLIENT_CERT', 'CLIENT_KEY'];
  for (const part of tls) {
    const [path, data] = [`TEMPORAL_TLS_${part}_PATH`, `TEMPORAL_TLS_${part}_DATA`];
    if (raw[path] !== undefined && raw[data] !== undefined)
      faults.push({ variable: path, message: `conflicts with ${data}; set only one of them` });
  }
  const isSet = (part: string) =>
    raw[`TEMPORAL_TLS_${part}_PATH`] !== undefined || raw[`TEMPORAL_TLS_${part}_DATA`] !== undefined;
  if (isSet('CLIENT_CERT') !== isSet('CLIENT_KEY')) {
    const [present, missing] = isSet('CLIENT_CERT') ? ['CLIENT_CERT', 'CLIENT_KEY'] : ['CLIENT_KEY', 'CLIENT_CERT'];
    faults.push({
      variable: `TEMPORAL_TLS_${missing}_PATH`,
      message: `required for mTLS, because TEMPORAL_TLS_${present} is set`,
    });
  }
  const address = raw['TEMPORAL_ADDRESS'];
  const port = typeof address === 'string' ? Number(/:([0-9]+)$/.exec(address)?.[1] ?? 1) : 1;
  if (port < 1 || port > 65_535)
    faults.push({ variable: 'TEMPORAL_ADDRESS', message: 'must have a port from 1 to 65535' });
  const [lease, call] = [Number(raw['RUNS_LEASE_MS']), Number(raw['TEMPORAL_CALL_TIMEOUT_MS'])];
  if (lease < 2 * call)
    faults.push({
      variable: 'RUNS_LEASE_MS',
      message: `must be at least twice TEMPORAL_CALL_TIMEOUT_MS (${call}); otherwise another process takes a run over while its start is in flight`,
    });
  if (raw['API_AUTHENTICATION'] === 'none' && !isLoopback(String(raw['API_HOST'])))
    faults.push({
      variable: 'API_AUTHENTICATION',
      message: `must be keys, because API_HOST (${raw['API_HOST']}) is not a loopback address such as 127.0.0.1, ::1 or localhost`,
    });
  const [keys, runs] = [Number(raw['RUNS_KEY_RETENTION_HOURS']), Number(raw['RUNS_RETENTION_DAYS']) * 24];
  if (keys > runs)
    faults.push({
      variable: 'RUNS_KEY_RETENTION_HOURS',
      message: `must be at most RUNS_RETENTION_DAYS (${runs} hours); otherwise keys outlive their runs`,
    });
  return faults;
}
