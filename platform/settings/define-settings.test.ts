import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { defineProduct } from '../product.js';
import { productWithSettings as product } from '../testing/fixtures/settings.js';
import { testProduct } from '../testing/test-product.js';
import type { ActivityParts } from '../worker/activity-parts.js';
import { defineSettings, type ProductSettings } from './define-settings.js';
import type { ProcessName } from './names.js';
import { type Environment, readSettings, SettingsInvalid } from './settings.js';

const given = { POSTGRES_PASSWORD: 'x', PAYMENTS_TOKEN: 'sk_live', SHOP_REGION: 'us' };

function faultsOf(read: () => unknown): Record<string, string> {
  try {
    read();
  } catch (error) {
    if (!(error instanceof SettingsInvalid)) throw error;
    return Object.fromEntries(error.faults.map(({ variable, message }) => [variable, message]));
  }
  return {};
}

const faultsIn = (process: ProcessName, env: Environment) =>
  faultsOf(() => readSettings(product, { POSTGRES_PASSWORD: 'x', ...env }, { processes: [process] }));

test('a process receives the settings that it uses, in their types', (t) => {
  const worker = readSettings(product, given, { processes: ['worker'] }).settings;
  const token: string = worker.PAYMENTS_TOKEN;
  const region: 'eu' | 'us' = worker.SHOP_REGION;
  t.deepEqual([token, region, worker.PAYMENTS_URL], ['sk_live', 'us', 'http://127.0.0.1:4010']);
  t.is(worker.API_PORT, 3000);
  t.false('SHOP_PAGE_SIZE' in worker);
  const api = readSettings(product, { ...given, SHOP_PAGE_SIZE: '20' }, { processes: ['api'] }).settings;
  const size: number | undefined = api.SHOP_PAGE_SIZE;
  t.is(size, 20);
  t.false('PAYMENTS_TOKEN' in api);
  // @ts-expect-error: only the worker uses it
  t.is(api.PAYMENTS_URL, undefined);
  t.is(readSettings(product, given, { processes: ['api'] }).settings.SHOP_PAGE_SIZE, undefined);
});

test('activities see the settings of the worker', (t) => {
  const read = ({ settings }: ActivityParts<typeof product>): string => {
    // @ts-expect-error: only the API uses it
    settings.SHOP_PAGE_SIZE;
    return settings.PAYMENTS_TOKEN;
  };
  const { settings } = readSettings(product, given, { processes: ['worker'] });
  t.is(read({ settings } as ActivityParts<typeof product>), 'sk_live');
});

test('only processes that use a setting require it', (t) => {
  t.deepEqual(faultsIn('worker', {}), {
    PAYMENTS_TOKEN:
      'required by worker, migrate; run `npm run secrets -- set PAYMENTS_TOKEN`, which writes it to .env, or set PAYMENTS_TOKEN_FILE to the path of a file that contains it',
    SHOP_REGION: 'required by api, worker; set it in .env or in the environment',
  });
  t.deepEqual(Object.keys(faultsIn('migrate', {})), ['PAYMENTS_TOKEN']);
  t.deepEqual(Object.keys(faultsIn('api', {})), ['SHOP_REGION']);
  t.deepEqual(
    faultsOf(() => readSettings(product, { POSTGRES_PASSWORD: 'x' })),
    {},
  );
});

test('reports faults together with those of the platform, without the value of a secret', (t) => {
  t.deepEqual(faultsIn('worker', { API_PORT: 'x', PAYMENTS_URL: 'canary', SHOP_REGION: 'mars', PAYMENTS_TOKEN: 'y' }), {
    API_PORT: 'must be a whole number from 1 to 65535, but is "x"',
    PAYMENTS_URL: 'must be an origin, such as https://shop.example.com, but is "canary"; use https://canary',
    SHOP_REGION: 'must be one of eu, us, but is "mars"',
  });
  t.deepEqual(faultsIn('api', { SHOP_REGION: 'eu', PAYMENTS_URL: 'not read by the API' }), {});
});

test('reads a secret from a file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-settings-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'token'), '\ufeffsk_file\r\n');
  const { PAYMENTS_TOKEN: _, ...env } = { ...given, PAYMENTS_TOKEN_FILE: join(folder, 'token') };
  t.is(readSettings(product, env, { processes: ['worker'] }).settings.PAYMENTS_TOKEN, 'sk_file');
});

test('warns about misspelt settings of the product', (t) => {
  const { warnings } = readSettings(product, { ...given, PAYMENTS_TOKN: 'x', SHOP_REGION_FILE: 'y' });
  t.deepEqual(warnings, ['PAYMENTS_TOKN is not a setting; did you mean PAYMENTS_TOKEN?']);
  t.deepEqual(readSettings(testProduct, { ...given, PAYMENTS_TOKN: 'x' }).warnings, []);
});

const text = { type: 'string', default: 'x', usedBy: ['api'], description: 'Text' } as const;
const mistakes: Record<string, [Record<string, unknown>, RegExp]> = {
  'a name of the platform': [{ API_PORT: text }, /is a setting of the platform: choose another name/],
  'the file of a secret of the platform': [{ POSTGRES_PASSWORD_FILE: text }, /is a setting of the platform/],
  'the file of its own secret': [
    { SHOP_KEY: { ...text, default: undefined, secret: true, testValue: 'x' }, SHOP_KEY_FILE: text },
    /is the name of the file that contains SHOP_KEY/,
  ],
  'lower-case letters': [{ shop_url: text }, /must be two or more words of upper-case letters/],
  'one word': [{ HOME: text }, /must be two or more words/],
  'a prefix of Node.js': [{ NODE_SHOP: text }, /names that begin with NODE_ belong to other programs/],
  'no process': [{ SHOP_URL: { ...text, usedBy: [] } }, /usedBy must be a list of api, worker, migrate/],
  'an unknown process': [{ SHOP_URL: { ...text, usedBy: ['web'] } }, /usedBy must be a list of/],
  'a secret with a default': [{ SHOP_KEY: { ...text, secret: true } }, /a secret has no default/],
  'no value for tests': [{ SHOP_URL: { ...text, default: undefined } }, /needs a default, or a testValue/],
  'a default that is not valid': [{ SHOP_URL: { ...text, enum: ['a', 'b'] } }, /default must be one of a, b/],
  'a pattern that does not compile': [{ SHOP_URL: { ...text, pattern: '(' } }, /is not a valid definition/],
};
for (const [mistake, [settings, message]] of Object.entries(mistakes))
  test(`rejects a definition with ${mistake}`, (t) => {
    const mistaken = defineProduct({ name: 'tested', title: 'Tested', settings: settings as ProductSettings });
    const faults = faultsOf(() => readSettings(mistaken, given));
    t.is(Object.keys(faults).length, 1);
    t.regex(Object.values(faults)[0] ?? '', message);
    t.regex(Object.values(faults)[0] ?? '', /\(config\/settings\.ts\)$/);
  });

test('the compiler finds most mistakes', (t) => {
  const mistaken = [
    // @ts-expect-error: a name of the platform
    defineSettings({ API_PORT: text }),
    // @ts-expect-error: a name of the platform
    defineSettings({ POSTGRES_PASSWORD_FILE: text }),
    // @ts-expect-error: lower case
    defineSettings({ shop_url: text }),
    // @ts-expect-error: used by no process
    defineSettings({ SHOP_URL: { ...text, usedBy: [] } }),
    // @ts-expect-error: a secret with a default
    defineSettings({ SHOP_KEY: { ...text, secret: true } }),
    // @ts-expect-error: no value for tests
    defineSettings({ SHOP_URL: { type: 'string', usedBy: ['api'], description: 'Text' } }),
  ];
  t.is(mistaken.length, 6);
});
