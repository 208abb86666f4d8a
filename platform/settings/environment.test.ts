import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { productWithSettings } from '../testing/fixtures/settings.js';
import { testProduct as product } from '../testing/test-product.js';
import { loadEnvironment } from './environment.js';
import { type Environment, readSettings, SettingsInvalid } from './settings.js';

function envFile(t: ExecutionContext, content: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-env-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'env'), content);
  return join(folder, 'env');
}

function load(t: ExecutionContext, content: string | Buffer, env: Environment = {}) {
  const warnings: string[] = [];
  const path = envFile(t, content);
  const loaded = loadEnvironment({ ...env, ATLAS_ENV_FILE: path }, (warning) => warnings.push(warning));
  return { loaded, warnings, path };
}

test('reads the first line after a byte order mark in each encoding', (t) => {
  const text = '\ufeffAPI_AUTHENTICATION=keys\r\nPOSTGRES_PASSWORD=Zoë\r\n';
  for (const content of [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
    const { loaded } = load(t, content);
    t.like(loaded, { API_AUTHENTICATION: 'keys', POSTGRES_PASSWORD: 'Zoë' });
  }
});

test('warns that an env file cannot name another one', (t) => {
  const { warnings, path } = load(t, 'ATLAS_ENV_FILE=/elsewhere');
  t.deepEqual(warnings, [`${path}: ATLAS_ENV_FILE has no effect in an env file`]);
});

test('the environment takes precedence over the file', (t) => {
  const { loaded } = load(t, 'API_PORT=1\nLOG_LEVEL=warn', { API_PORT: '2' });
  t.like(loaded, { API_PORT: '2', LOG_LEVEL: 'warn' });
});

test('an empty variable does not override the file', (t) => {
  const { loaded } = load(t, 'API_AUTHENTICATION=keys\n', { API_AUTHENTICATION: '' });
  t.is(loaded['API_AUTHENTICATION'], 'keys');
});

test('reports each invalid line with the name of the file', (t) => {
  const path = envFile(t, 'API_PORT=1\nAPI_AUTHENTICATION: keys\nAPI_PORT=2\n');
  const error = t.throws(() => loadEnvironment({ ATLAS_ENV_FILE: path }), { instanceOf: SettingsInvalid });
  t.deepEqual(
    error.faults.map(({ variable }) => variable),
    [`${path}, line 2`, `${path}, line 3`],
  );
  t.regex(error.message, /line 2: is not NAME=value/);
});

test('limits the number of reported lines', (t) => {
  const path = envFile(t, 'text\n'.repeat(500));
  const error = t.throws(() => loadEnvironment({ ATLAS_ENV_FILE: path }), { instanceOf: SettingsInvalid });
  t.is(error.faults.length, 11);
  t.is(error.faults.at(-1)?.message, '490 more lines are invalid');
});

test('rejects a file in an unknown encoding', (t) => {
  const path = envFile(t, Buffer.from('POSTGRES_PASSWORD=Zoë', 'latin1'));
  const error = t.throws(() => loadEnvironment({ ATLAS_ENV_FILE: path }), { instanceOf: SettingsInvalid });
  t.deepEqual(error.faults, [
    {
      variable: 'ATLAS_ENV_FILE',
      message: `the file ${path} is not valid UTF-8 in line 1, possibly because it is Windows-1252 or Latin-1; save it as UTF-8`,
    },
  ]);
});

test('knows the settings of the product', (t) => {
  const path = envFile(t, 'PAYMENTS_TOKEN=1\nPAYMENTS_KEY=2\nAPI_PORT=3');
  const warnings: string[] = [];
  loadEnvironment({ ATLAS_ENV_FILE: path }, (warning) => warnings.push(warning), productWithSettings);
  t.deepEqual(warnings, [`${path}: PAYMENTS_KEY is not a setting; did you mean PAYMENTS_URL?`]);
});

test('warns once about each name in the file that resembles a setting', (t) => {
  const names = ['API_AUTH', 'API_AUTHENTICATON', 'POSTGRESS_PASSWORD', 'ATLAS_STAGGE', 'log_level', 'API_PORT_FILE'];
  const { loaded, warnings, path } = load(
    t,
    [...names, 'APP_PORT', 'PATH_TO_ME'].map((name) => `${name}=1`).join('\n'),
  );
  const shown = [...warnings, ...readSettings(product, { ...loaded, POSTGRES_PASSWORD: 'x' }).warnings];
  t.deepEqual(
    shown.sort(),
    [
      'API_AUTHENTICATON is not a setting; did you mean API_AUTHENTICATION?',
      'ATLAS_STAGGE is not a setting; did you mean ATLAS_STAGE?',
      'POSTGRESS_PASSWORD is not a setting; did you mean POSTGRES_PASSWORD?',
      `${path}: API_AUTH is not a setting; did you mean API_AUTHENTICATION?`,
      `${path}: API_PORT_FILE is not a setting`,
      'log_level is not a setting; did you mean LOG_LEVEL?',
    ].sort(),
  );
});
