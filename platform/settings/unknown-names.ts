import { nearestName } from './nearest-name.js';
import { type SettingName, settingsSchema } from './settings-schema.js';

const settingNames = Object.keys(settingsSchema) as SettingName[];
const known = settingNames.flatMap((name) => ('secret' in settingsSchema[name] ? [name, `${name}_FILE`] : [name]));
const prefixes = new Set(known.map(prefixOf));
const ownPrefix = 'ATLAS_';

/** Nobody else uses names that are so long and so alike. */
const longName = 12;
const mostTypos = 2;

/**
 * Names in the whole environment that were probably meant as settings: those that begin with `ATLAS_`, and those that are misspelt. Other
 * programs have variables there as well, some of them with the same first word: `API_URL` is no mistake.
 * @returns one warning each
 */
export const unknownVariables = (names: readonly string[]): string[] => unknown(names).filter(isOurs).map(warning);

/** The same for the further names of an env file, which is written for this platform: there, a setting's first word is enough. */
export const unknownInEnvFile = (names: readonly string[]): string[] => {
  const told = unknown(names).filter((name) => !isOurs(name) && prefixes.has(prefixOf(name.toUpperCase())));
  return told.map(warning);
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
