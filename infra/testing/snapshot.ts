import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../config/product.js';
import { appVersion, projectRoot } from '../../platform/settings/project.js';
import { configFile } from '../constructs/config-file.js';

/**
 * A Terraform configuration for review: without cdktf's metadata, with sorted keys, and with placeholders for values that differ between
 * clones (`<project>`, `<product>`) or change often (`<hash>`, `<version>`), and for files (`<infra/files/…>`).
 */
export function snapshotOf(text: string): string {
  return `${print(replaceSources(JSON.parse(text)), '')}\n`;
}

/** Embedded files in the form that definitions contain, with `${` and `%{` escaped for Terraform. */
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

const productName = new RegExp(`\\b${product.name}\\b`, 'g');

function replaceInText(text: string, key: string): string {
  if (key === 'app' && text === appVersion) return '<version>';
  let shown = text.replaceAll(projectRoot, '<project>').replace(/^(\S+-app:.+)-[0-9a-f]{12}$/, '$1-<hash>');
  for (const [config, name] of configTexts) shown = shown.replace(config, () => name);
  return shown.replaceAll(productName, '<product>');
}

const width = 120;

/** Prints in the formatter's style: a list of plain values on one line if it fits, each other value on its own line. */
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
