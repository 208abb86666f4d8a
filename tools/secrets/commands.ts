import { readSupplied, writeSupplied } from '../../infra/ensure-secrets.js';
import type { Stage } from '../../infra/stage.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import type { ProductSettings, SettingDefinition } from '../../platform/settings/define-settings.js';
import { productSettings } from '../../platform/settings/known-settings.js';
import { nearestName } from '../../platform/settings/nearest-name.js';
import { expectation } from '../../platform/settings/setting-faults.js';
import { createAjv } from '../../platform/settings/setting-validation.js';
import type { Environment } from '../../platform/settings/settings.js';
import { settingsSchema } from '../../platform/settings/settings-schema.js';
import type { Screen } from '../cli/screen.js';
import { setInEnvFile } from './env-file-edit.js';

/** Where the secrets are: of `npm start`, or of a stage. */
export type Place =
  | { readonly envFile: string; readonly env: Environment; readonly processEnv: Environment }
  | { readonly stage: Pick<Stage, 'name' | 'folder' | 'secretsFolder'> };

export interface SecretsContext {
  readonly settings: ProductSettings;
  readonly place: Place;
  readonly screen: Pick<Screen, 'line' | 'columns'>;
  /** Writes to standard error. */
  readonly remark: (line: string) => void;
}

/**
 * Stores a secret.
 * @param read - reads its value; called once the name is known to be valid
 * @throws {CommandFault} the name or the value is not valid, or the file cannot be written; nothing has changed
 */
export async function setSecret(
  name: string,
  read: () => Promise<string>,
  { settings, place, screen, remark }: SecretsContext,
): Promise<void> {
  const { usedBy } = secretNamed(name, settings);
  const value = await read();
  rejectInvalid(name, value, settings);
  if ('stage' in place) {
    writeSupplied(place.stage, name, value);
    return screen.line(
      `${name} is set for the stage ${place.stage.name}. The next deploy passes it to ${usedBy.join(', ')}`,
    );
  }
  setInEnvFile(place.envFile, name, value);
  screen.line(
    `${name} is set in ${place.envFile}, for ${usedBy.join(', ')}. Restart npm start if it runs; npm run dev notices the change`,
  );
  for (const variable of [name, `${name}_FILE`])
    if (place.processEnv[variable]) remark(`warning: the environment sets ${variable} too, and takes precedence`);
}

/** Shows the secrets, without their values. */
export function listSecrets({ settings, place, screen }: SecretsContext): void {
  const secrets = Object.entries(settings).filter(([, { secret }]) => secret);
  if (secrets.length === 0) screen.line('The product has no secrets: config/settings.ts defines none');
  else
    screen.columns(
      ['name', 'used by', 'state'],
      secrets.map(([name, definition]) => [name, definition.usedBy.join(', '), stateOf(name, definition, place)]),
    );
}

function stateOf(name: string, { optional }: SettingDefinition, place: Place): string {
  const where = 'stage' in place ? stageState(place.stage, name) : localState(name, place);
  return where ?? (optional ? 'not set (optional)' : 'missing');
}

const stageState = (stage: Pick<Stage, 'secretsFolder'>, name: string): string | undefined =>
  readSupplied(stage, name) === undefined ? undefined : 'set';

function localState(
  name: string,
  { env, processEnv, envFile }: Extract<Place, { envFile: string }>,
): string | undefined {
  const variable = [name, `${name}_FILE`].find((candidate) => env[candidate]);
  if (variable === undefined) return undefined;
  const source = processEnv[variable] ? 'the environment' : envFile;
  return variable === name ? `set in ${source}` : `set by ${variable} in ${source}`;
}

/** @throws {CommandFault} the product has no secret of this name */
function secretNamed(name: string, settings: ProductSettings): SettingDefinition {
  const definition = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (definition?.secret) return definition;
  if (definition || Object.hasOwn(settingsSchema, name))
    throw new CommandFault(
      `${name} is ${definition ? 'not a secret' : 'a setting of the platform'}: set it in .env or in the environment`,
    );
  const names = Object.keys(settings).filter((candidate) => settings[candidate]?.secret);
  const nearest = nearestName(name.toUpperCase(), names);
  const known = names.length === 0 ? 'it has none' : `choose from ${names.join(', ')}`;
  throw new CommandFault(
    `${name} is not a secret of the product (config/settings.ts); ${nearest ? `did you mean ${nearest}?` : known}`,
  );
}

/** @throws {CommandFault} without the value */
function rejectInvalid(name: string, value: string, settings: ProductSettings): void {
  const { required: _, default: __, ...schema } = productSettings(settings)[name] ?? {};
  if (createAjv().validate(schema, value)) return;
  throw new CommandFault(`The value of ${name} ${expectation(productSettings(settings)[name])}`);
}
