import { nearestName } from './nearest-name.js';
import { type SettingName, settingsSchema } from './settings-schema.js';

const settingNames = Object.keys(settingsSchema) as SettingName[];
const known = settingNames.flatMap((name) => ('secret' in settingsSchema[name] ? [name, `${name}_FILE`] : [name]));
const prefixes = new Set(known.map(prefixOf));
const ownPrefix = 'ATLAS_';

/** From this length on, a name within two typos of a setting is not another program's variable. */
const longName = 12;
const mostTypos = 2;

/**
 * Returns a warning for each name in the environment that is probably a misspelt setting: names that begin with `ATLAS_` or have at most
 * two typos. Other programs use the same prefixes: `API_URL` is no mistake.
 */
export const unknownVariables = (names: readonly string[]): string[] => unknown(names).filter(isOurs).map(warning);

/** Returns further warnings for an env file: it belongs to this platform, so the prefix of a setting is enough. */
export const unknownInEnvFile = (names: readonly string[]): string[] => {
  const suspicious = unknown(names).filter((name) => !isOurs(name) && prefixes.has(prefixOf(name.toUpperCase())));
  return suspicious.map(warning);
};

const unknown = (names: readonly string[]): string[] => names.filter((name) => !known.includes(name));

const isOurs = (name: string): boolean => name.startsWith(ownPrefix) || misspelt(name) !== undefined;

function misspelt(name: string): string | undefined {
  const text = name.toUpperCase();
  if (!prefixes.has(prefixOf(text)) && text.length < longName) return undefined;
  return nearestName(text, known, mostTypos);
}

function warning(name: string): string {
  const text = name.toUpperCase();
  const alike = known.filter((one) => prefixOf(one) === prefixOf(text));
  const nearest = misspelt(name) ?? alike.find((one) => one.startsWith(text)) ?? nearestName(text, alike);
  return `${name} is not a setting${nearest ? `; did you mean ${nearest}?` : ''}`;
}

function prefixOf(name: string): string {
  return name.slice(0, name.indexOf('_') + 1);
}
