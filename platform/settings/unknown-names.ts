import type { KnownSettings } from './known-settings.js';
import { nearestName } from './nearest-name.js';

const ownPrefix = 'ATLAS_';

/** From this length on, a name within two typos of a setting is not another program's variable. */
const longName = 12;
const mostTypos = 2;

/**
 * Returns a warning for each name in the environment that is probably a misspelt setting: names that begin with `ATLAS_` or have at most
 * two typos. Other programs use the same prefixes: `API_URL` is no mistake.
 */
export function unknownVariables(names: readonly string[], settings: KnownSettings): string[] {
  const known = variablesOf(settings);
  return names.filter((name) => !known.includes(name) && isOurs(name, known)).map((name) => warning(name, known));
}

/** Returns further warnings for an env file: it belongs to this platform, so the prefix of a setting is enough. */
export function unknownInEnvFile(names: readonly string[], settings: KnownSettings): string[] {
  const known = variablesOf(settings);
  return names
    .filter((name) => !known.includes(name) && !isOurs(name, known) && hasOurPrefix(name.toUpperCase(), known))
    .map((name) => warning(name, known));
}

/** The names of all variables that the settings are read from. */
export const variablesOf = (settings: KnownSettings): string[] =>
  Object.entries(settings).flatMap(([name, { secret }]) => (secret ? [name, `${name}_FILE`] : [name]));

const isOurs = (name: string, known: readonly string[]): boolean =>
  name.startsWith(ownPrefix) || misspelt(name, known) !== undefined;

const hasOurPrefix = (text: string, known: readonly string[]): boolean =>
  known.some((name) => prefixOf(name) === prefixOf(text));

function misspelt(name: string, known: readonly string[]): string | undefined {
  const text = name.toUpperCase();
  if (!hasOurPrefix(text, known) && text.length < longName) return undefined;
  return nearestName(text, known, mostTypos);
}

function warning(name: string, known: readonly string[]): string {
  const text = name.toUpperCase();
  const alike = known.filter((one) => prefixOf(one) === prefixOf(text));
  const nearest = misspelt(name, known) ?? alike.find((one) => one.startsWith(text)) ?? nearestName(text, alike);
  return `${name} is not a setting${nearest ? `; did you mean ${nearest}?` : ''}`;
}

function prefixOf(name: string): string {
  return name.slice(0, name.indexOf('_') + 1);
}
