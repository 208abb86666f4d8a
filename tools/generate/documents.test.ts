import { parseEnv } from 'node:util';
import test from 'ava';
import { product } from '../../config/product.js';
import { knownSettings } from '../../platform/settings/known-settings.js';
import { readSettings } from '../../platform/settings/settings.js';
import { productWithSettings } from '../../platform/testing/fixtures/settings.js';
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

test('the documents list the settings of the product, and who uses them', (t) => {
  const document = settingsDocument(productWithSettings);
  t.regex(
    document,
    /\n## Product\n[^#]*\n\| `PAYMENTS_URL` \| `http:\/\/127\.0\.0\.1:4010` \| Origin of the payment service\. Must be an origin, .*\. Used by worker\. \|\n/,
  );
  t.regex(
    document,
    /\n\| `PAYMENTS_TOKEN` \| {2}\| Token of the payment service\. Used by worker, migrate\. Required\. Secret: `PAYMENTS_TOKEN_FILE` works too\. \|\n/,
  );
  t.regex(
    envExample(productWithSettings),
    /\n# --- Product ---\n\n[\s\S]*\n# Token of .* Used by worker, migrate\.\n#PAYMENTS_TOKEN=\n#PAYMENTS_TOKEN_FILE=\n/,
  );
  t.notRegex(document + envExample(productWithSettings), /sk_test/);
});
