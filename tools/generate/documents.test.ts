import { parseEnv } from 'node:util';
import test from 'ava';
import { product } from '../../config/product.js';
import { knownSettings } from '../../platform/settings/known-settings.js';
import { readSettings } from '../../platform/settings/settings.js';
import { matchesFile } from '../../platform/testing/support/generated-file.js';
import { envExample, settingsDocument } from './documents.js';

test('.env.example matches the schema', (t) => {
  matchesFile(t, '.env.example', envExample(), 'npm run generate:settings');
});

test('docs/settings.md matches the schema', (t) => {
  matchesFile(t, 'docs/settings.md', settingsDocument(), 'npm run generate:settings');
});

test('.env.example contains every setting with its default', (t) => {
  const uncommented = parseEnv(envExample().replaceAll(/^#([A-Z_]+=)/gm, '$1')) as Record<string, string>;
  for (const name of Object.keys(knownSettings(product))) t.true(name in uncommented, name);
  const given = { ...uncommented, POSTGRES_PASSWORD: 'x' };
  t.deepEqual(readSettings(product, given).settings, readSettings(product, { POSTGRES_PASSWORD: 'x' }).settings);
});
