import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { breakingChanges } from './contract-changes.js';
import { isObject, type JsonObject } from './json-document.js';

const generate = 'npm run generate:contract';

/**
 * Compares the contract (`openapi.json`) with the published one (`openapi.published.json`). `openapi.breaking.json` must list each
 * breaking change with a reason; without changes, the file may be missing.
 * @param folder - the folder of the three files
 * @returns lines about unlisted changes, missing reasons and outdated entries
 */
export function checkContract(folder: string): string[] {
  const shown = (name: string) => `${basename(folder)}/${name}`;
  const faults: string[] = [];
  const read = (name: string, command: string): JsonObject => {
    const path = join(folder, name);
    const value = existsSync(path) ? parse(readFileSync(path, 'utf8')) : undefined;
    if (isObject(value)) return value;
    faults.push(`${shown(name)} is ${existsSync(path) ? 'not a JSON object' : 'missing'}; run ${command}`);
    return {};
  };
  const current = read('openapi.json', generate);
  const published = read('openapi.published.json', `${generate} -- --publish`);
  const listFile = 'openapi.breaking.json';
  const reasons = existsSync(join(folder, listFile)) ? reasonsIn(join(folder, listFile)) : new Map<string, string>();
  if (!reasons) faults.push(`${shown(listFile)} must have the form { "changes": [{ "id": "…", "why": "…" }] }`);
  if (!reasons || faults.length > 0) return faults;

  const changes = new Set(breakingChanges(published, current));
  const unlisted = [...changes].filter((id) => !reasons.has(id));
  const outdated = [...reasons.keys()].filter((id) => !changes.has(id));
  const unexplained = [...reasons].filter(([id, why]) => changes.has(id) && why.trim() === '');
  return [
    ...unlisted.map((id) => `breaking change: ${id}`),
    ...(unlisted.length > 0
      ? [`if this is intended, add to "changes" in ${shown(listFile)}, with the reason in "why":`]
      : []),
    ...unlisted.map((id) => `  ${JSON.stringify({ id, why: '' })}`),
    ...unexplained.map(([id]) => `${shown(listFile)}: "why" is empty for: ${id}`),
    ...outdated.map((id) => `${shown(listFile)}: remove this entry, which is not a change: ${id}`),
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The reason of each change by id; `undefined` if the file has another form. */
function reasonsIn(path: string): ReadonlyMap<string, string> | undefined {
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
