import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { appVersion, projectRoot } from '../../platform/settings/project.js';
import { configFile } from '../constructs/config-file.js';

/**
 * What Terraform is given, to be read and compared by people: without cdktf's own metadata, with keys in order, and with a name in
 * angle brackets for what differs between clones (`<project>`) or has a file of its own (`<hash>`, `<version>`, `<config/…>`).
 */
export function snapshotOf(text: string): string {
  const stated = replaceSources(JSON.parse(text));
  return `${print(stated, '')}\n`;
}

/** Texts that stand in definitions whole, as they are written there: Terraform's `${` and `%{` doubled. */
const configTexts: readonly (readonly [string, string])[] = ['postgres', 'proxy', 'temporal'].flatMap((folder) =>
  readdirSync(join(projectRoot, 'infra/files', folder)).map((file) => {
    const text = configFile(`${folder}/${file}`);
    return [text.replaceAll('${', '$$${').replaceAll('%{', '%%{'), `<infra/files/${folder}/${file}>`] as const;
  }),
);

function replaceSources(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return replaceInText(value, key);
  if (Array.isArray(value)) return value.map((item) => replaceSources(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '//')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, replaceSources(item, name)]),
  );
}

function replaceInText(text: string, key: string): string {
  if (key === 'app' && text === appVersion) return '<version>';
  let shown = text.replaceAll(projectRoot, '<project>').replace(/^(atlas-app:.+)-[0-9a-f]{12}$/, '$1-<hash>');
  for (const [config, name] of configTexts) shown = shown.replace(config, () => name);
  return shown;
}

const width = 120;

/** As the formatter wants it: a list of plain values on one line where it fits, all else on a line of its own. */
function print(value: unknown, indent: string, taken = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  const list = Array.isArray(value);
  const [open, close] = list ? '[]' : '{}';
  if (entries.length === 0) return `${open}${close}`;
  if (list && value.every((item) => typeof item !== 'object' || Object.keys(item).length === 0)) {
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    if (taken + line.length < width) return line;
  }
  const inner = `${indent}  `;
  const lines = entries.map(([key, item]) => {
    const name = list ? '' : `${JSON.stringify(key)}: `;
    return `${inner}${name}${print(item, inner, inner.length + name.length)}`;
  });
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
