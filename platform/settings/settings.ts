import { Ajv, type ErrorObject } from 'ajv';
import type { Product } from '../product.js';
import { type CanonicalKind, canonical, kindWords, meant } from './canonical.js';
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

/** Every variable of the schema under its own name, typed, validated, with defaults. Frozen. */
export type Settings = Readonly<
  { [K in SettingName as IsPresent<SchemaOf<K>> extends true ? K : never]: ValueOf<SchemaOf<K>> } & {
    [K in SettingName as IsPresent<SchemaOf<K>> extends true ? never : K]: ValueOf<SchemaOf<K>> | undefined;
  }
>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** One thing that is wrong with the environment: which variable, and what to do about it. Never holds a value of a secret. */
export interface SettingFault {
  readonly variable: string;
  readonly message: string;
}

/** Thrown with all faults at once. */
export class SettingsInvalid extends Error {
  readonly code = 'settings-invalid';
  constructor(readonly faults: readonly SettingFault[]) {
    super(
      `${faults.length === 1 ? 'A setting is' : `${faults.length} settings are`} not valid:\n${faults.map((f) => `  ${f.variable}: ${f.message}`).join('\n')}`,
    );
    this.name = 'SettingsInvalid';
  }
}

export interface ReadSettingsResult<O extends SettingName = never> {
  readonly settings: Readonly<Omit<Settings, O> & { [K in O]: Settings[K] | undefined }>;
  /** Things that look like mistakes but stop nothing, one line each. */
  readonly warnings: readonly string[];
}

const schemas: Readonly<Record<string, SettingSchema>> = settingsSchema;
const names = Object.keys(settingsSchema) as SettingName[];

/**
 * Reads and validates all settings. Touches nothing but `env` and the files that `<SECRET>_FILE` variables name.
 * A variable that is set to the empty string counts as not set.
 *
 * @param product - gives the defaults that are named after it
 * @param options.optional - required variables that this process can do without, because it provides them itself
 * @throws {SettingsInvalid} with every fault there is
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
  // A secret that could not be read has been told about already; that it is missing as well is no news.
  const unread = new Set(faults.map(({ variable }) => variable.replace(/_FILE$/, '')));
  const validate = compile(product, options.optional ?? []);
  if (!validate(raw)) {
    // One fault each, though a value may break several rules.
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
    faults.push({ variable: name, message: `set as well as ${fileVariable}; keep one of the two` });
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

/** The value that a text stands for; the text itself, which the schema then refuses, when it stands for none. */
function settingValue(schema: SettingSchema, text: string): unknown {
  const kind = 'canonical' in schema ? schema.canonical : undefined;
  const inOneForm = (item: string) => (kind && canonical[kind](item)) ?? item;
  switch (schema.type) {
    case 'integer':
      // No other way to write a number: `0x10` and `1e3` would be read as what nobody may have meant.
      return /^(0|-?[1-9][0-9]*)$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return itemsOf(text).map(inOneForm);
    case 'string':
      return inOneForm(text);
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
      // `required` is a keyword of objects in JSON Schema; here it marks a variable, so it moves to the object's list.
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
    const orFile = schemas[variable]?.secret ? `; set it, or ${variable}_FILE to the path of a file that holds it` : '';
    return { variable, message: `required${orFile}` };
  }
  const schema = schemas[variable];
  const text = env[variable] ?? '';
  const shown = schema?.secret ? '' : `, but it is ${JSON.stringify(text)}`;
  const better = schema && betterForm(schema, text);
  return { variable, message: `${expectation(schema)}${shown}${better ? `; write ${better}` : ''}` };
}

/** How the same could be written so that it is valid; absent when nobody can tell. */
function betterForm(schema: SettingSchema, text: string): string | undefined {
  const kind = 'canonical' in schema ? schema.canonical : undefined;
  if (!kind) return undefined;
  const items = schema.type === 'array' ? itemsOf(text) : [text];
  const forms = items.map((item) => canonical[kind](item) ?? meant(kind, item));
  return forms.includes(undefined) ? undefined : [...new Set(forms)].join(',');
}

/** What a variable must be, in words. */
export function expectation(schema: SettingSchema | undefined): string {
  switch (schema?.type) {
    case 'integer':
      return `must be a whole number from ${schema.minimum} to ${schema.maximum}`;
    case 'boolean':
      return 'must be true or false';
    case 'array':
      return 'enum' in schema.items
        ? `must be a comma-separated list of ${schema.items.enum.join(', ')}, each at most once`
        : `must be a comma-separated list, each at most once, of what ${schema.canonical ? `is ${kindWords[schema.canonical]}` : `matches ${schema.items.pattern}`}`;
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
      faults.push({ variable: path, message: `set as well as ${data}; keep one of the two` });
  }
  const given = (part: string) =>
    raw[`TEMPORAL_TLS_${part}_PATH`] !== undefined || raw[`TEMPORAL_TLS_${part}_DATA`] !== undefined;
  if (given('CLIENT_CERT') !== given('CLIENT_KEY')) {
    const [there, missing] = given('CLIENT_CERT') ? ['CLIENT_CERT', 'CLIENT_KEY'] : ['CLIENT_KEY', 'CLIENT_CERT'];
    faults.push({
      variable: `TEMPORAL_TLS_${missing}_PATH`,
      message: `required because TEMPORAL_TLS_${there} is given; mTLS takes both`,
    });
  }
  const address = raw['TEMPORAL_ADDRESS'];
  const port = typeof address === 'string' ? Number(/:([0-9]+)$/.exec(address)?.[1] ?? 1) : 1;
  if (port < 1 || port > 65_535)
    faults.push({ variable: 'TEMPORAL_ADDRESS', message: 'its port must be at least 1 and at most 65535' });
  const [lease, call] = [Number(raw['RUNS_LEASE_MS']), Number(raw['TEMPORAL_CALL_TIMEOUT_MS'])];
  if (lease < 2 * call)
    faults.push({
      variable: 'RUNS_LEASE_MS',
      message: `must be at least twice TEMPORAL_CALL_TIMEOUT_MS (${call}), or a run would be taken over while it is being started`,
    });
  if (raw['API_AUTHENTICATION'] === 'none' && !isLoopback(String(raw['API_HOST'])))
    faults.push({
      variable: 'API_AUTHENTICATION',
      message: `must be keys where API_HOST (${raw['API_HOST']}) can be reached from elsewhere; none is for 127.0.0.1, ::1 and localhost`,
    });
  const [keys, runs] = [Number(raw['RUNS_KEY_RETENTION_HOURS']), Number(raw['RUNS_RETENTION_DAYS']) * 24];
  if (keys > runs)
    faults.push({
      variable: 'RUNS_KEY_RETENTION_HOURS',
      message: `must be at most RUNS_RETENTION_DAYS (${runs} hours): a key without its run means nothing`,
    });
  return faults;
}
