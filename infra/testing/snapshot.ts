import { execFileSync } from 'node:child_process';
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
  const json = JSON.stringify(replaceSources(JSON.parse(text)), undefined, 2);
  const biome = join(projectRoot, 'node_modules/.bin/biome');
  return execFileSync(biome, ['format', '--stdin-file-path=snapshot.json'], { input: json, encoding: 'utf8' });
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

const productName = new RegExp(`\\b(${product.name}|${product.database})\\b`, 'g');

function replaceInText(text: string, key: string): string {
  if (key === 'app' && text === appVersion) return '<version>';
  let shown = text.replaceAll(projectRoot, '<project>').replace(/^(\S+-app:.+)-[0-9a-f]{12}$/, '$1-<hash>');
  for (const [config, name] of configTexts) shown = shown.replace(config, () => name);
  return shown.replaceAll(productName, '<product>');
}
