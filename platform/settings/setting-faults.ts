import type { ErrorObject } from 'ajv';
import { canonical, kindWords, suggestionFor } from './canonical.js';
import type { KnownSettings } from './known-settings.js';
import type { SettingSchema } from './setting.js';

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

/** Describes the errors of ajv, one fault per variable, even if its value violates several rules. */
export const describeErrors = (
  errors: readonly ErrorObject[],
  env: Environment,
  schemas: KnownSettings,
): SettingFault[] => [
  ...new Map(errors.map((error) => [variableOf(error), describe(error, env, schemas[variableOf(error)])])).values(),
];

/** The items of a comma-separated list. */
export const itemsOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

const variableOf = ({ keyword, params, instancePath }: ErrorObject): string =>
  keyword === 'required' ? String(params['missingProperty']) : (instancePath.split('/')[1] ?? '');

function describe(error: ErrorObject, env: Environment, schema: SettingSchema | undefined): SettingFault {
  const variable = variableOf(error);
  if (error.keyword === 'required' && schema) return { variable, message: missing(variable, schema) };
  const text = env[variable] ?? '';
  const shown = schema?.secret ? '' : `, but is ${JSON.stringify(text)}`;
  const better = schema && betterForm(schema, text);
  return { variable, message: `${expectation(schema)}${shown}${better ? `; use ${better}` : ''}` };
}

/** Says who requires an absent setting, and how to set it. */
export function missing(variable: string, { secret, usedBy }: SettingSchema): string {
  const file = `${variable}_FILE to the path of a file that contains it`;
  if (!usedBy) return secret ? `required; set it, or ${file}` : 'required';
  const how = secret
    ? `run \`npm run secrets -- set ${variable}\`, which writes it to .env, or set ${file}`
    : 'set it in .env or in the environment';
  return `required by ${usedBy.join(', ')}; ${how}`;
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
