import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import test from 'ava';
import { product } from '../../config/product.js';
import { knownSettings } from '../../platform/settings/known-settings.js';
import { projectRoot } from '../../platform/settings/project.js';
import { readSettings } from '../../platform/settings/settings.js';
import { envExample, settingsDocument } from './documents.js';

const file = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const outdated = 'is outdated; run `npm run generate:settings`';

test('.env.example matches the schema', (t) => {
  t.is(file('.env.example'), envExample(), `.env.example ${outdated}`);
});

test('docs/settings.md matches the schema', (t) => {
  t.is(file('docs/settings.md'), settingsDocument(), `docs/settings.md ${outdated}`);
});

test('.env.example contains every setting with its default', (t) => {
  const uncommented = parseEnv(envExample().replaceAll(/^#([A-Z_]+=)/gm, '$1')) as Record<string, string>;
  for (const name of Object.keys(knownSettings(product))) t.true(name in uncommented, name);
  const given = { ...uncommented, POSTGRES_PASSWORD: 'x' };
  t.deepEqual(readSettings(product, given).settings, readSettings(product, { POSTGRES_PASSWORD: 'x' }).settings);
});
