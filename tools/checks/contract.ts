import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { breakingChanges } from './contract-changes.js';
import { isObject, type JsonObject } from './schema-parts.js';

const generate = 'npm run generate:contract';

/**
 * Holds the contract as it is (`openapi.json`) against what callers were last promised (`openapi.published.json`): changes that break
 * them must be named, with a reason, in `openapi.breaking.json`. Without that file, none is.
 * @param folder - where the three lie
 * @returns a line per change that is not named, and per name that is not (or no longer) of a change; none when all is well
 */
export function checkContract(folder: string): string[] {
  const shown = (name: string) => `${basename(folder)}/${name}`;
  const faults: string[] = [];
  const read = (name: string, howToMake: string): JsonObject => {
    const path = join(folder, name);
    const value = existsSync(path) ? parse(readFileSync(path, 'utf8')) : undefined;
    if (isObject(value)) return value;
    faults.push(`${shown(name)} is ${existsSync(path) ? 'not a JSON object' : 'missing'}: ${howToMake} makes it`);
    return {};
  };
  const current = read('openapi.json', generate);
  const published = read('openapi.published.json', `${generate} -- --publish`);
  const namesFile = 'openapi.breaking.json';
  const names = existsSync(join(folder, namesFile)) ? namedIn(join(folder, namesFile)) : new Map<string, string>();
  if (!names) faults.push(`${shown(namesFile)} must be like { "changes": [{ "id": "…", "why": "…" }] }`);
  if (!names || faults.length > 0) return faults;

  const changes = new Set(breakingChanges(published, current).map(({ id }) => id));
  const unnamed = [...changes].filter((id) => !names.has(id));
  const stale = [...names.keys()].filter((id) => !changes.has(id));
  const unexplained = [...names].filter(([id, why]) => changes.has(id) && why.trim() === '');
  return [
    ...unnamed.map((id) => `breaks callers: ${id}`),
    ...(unnamed.length > 0 ? [`if it is meant, say why in the changes of ${shown(namesFile)}:`] : []),
    ...unnamed.map((id) => `  ${JSON.stringify({ id, why: '' })}`),
    ...unexplained.map(([id]) => `${shown(namesFile)} does not say why: ${id}`),
    ...stale.map((id) => `${shown(namesFile)} names what is not a change, take it out: ${id}`),
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why each change is meant, by id; `undefined` when the file is not like that. */
function namedIn(path: string): ReadonlyMap<string, string> | undefined {
  const value = parse(readFileSync(path, 'utf8'));
  const changes = isObject(value) ? value['changes'] : undefined;
  if (!Array.isArray(changes)) return undefined;
  const entries = changes.map((change): [unknown, unknown] =>
    isObject(change) ? [change['id'], change['why']] : [0, 0],
  );
  const isText = (entry: [unknown, unknown]): entry is [string, string] =>
    entry.every((text) => typeof text === 'string');
  return entries.every(isText) ? new Map(entries) : undefined;
}
