import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { suppliedPath } from '../../infra/product-settings.js';
import { defineSettings } from '../../platform/settings/define-settings.js';
import { parseEnvFile } from '../../platform/settings/env-file.js';
import { readTextFile } from '../../platform/settings/text-file.js';
import { productWithSettings } from '../../platform/testing/fixtures/settings.js';
import { Screen } from '../cli/screen.js';
import { listSecrets, type Place, setSecret } from './commands.js';

function setUp(t: ExecutionContext) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-secrets-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const envFile = join(root, '.env');
  const stage = { name: 'demo', folder: join(root, 'demo'), secretsFolder: join(root, 'demo/secrets') };
  const written: string[] = [];
  const context = (place: Place) => ({
    settings: productWithSettings.settings,
    place,
    screen: new Screen({ write: (text) => written.push(text) }, {}),
    remark: (line: string) => written.push(line),
  });
  const local = (processEnv: Record<string, string> = {}) => {
    const { variables } = parseEnvFile(readTextFile(envFile));
    return context({ envFile, env: { ...variables, ...processEnv }, processEnv });
  };
  writeFileSync(envFile, '');
  return { envFile, stage, context, local, shown: () => written.splice(0).join('') };
}

test('stores a secret in the env file, and lists it without its value', async (t) => {
  const { envFile, local, shown } = setUp(t);
  await setSecret('PAYMENTS_TOKEN', async () => 'canary', local());
  t.is(readFileSync(envFile, 'utf8'), 'PAYMENTS_TOKEN=canary\n');
  t.regex(
    shown(),
    /^PAYMENTS_TOKEN is set in .*\.env, for worker, migrate\. Restart npm start if it runs; npm run dev notices the change\n$/,
  );
  listSecrets(local({ SHOP_WEBHOOK_KEY_FILE: '/there' }));
  const list = shown();
  t.regex(list, /^name +used by +state\n/);
  t.regex(list, /\nPAYMENTS_TOKEN +worker, migrate +set in .*\.env\n/);
  t.regex(list, /\nSHOP_WEBHOOK_KEY +api +set by SHOP_WEBHOOK_KEY_FILE in the environment\n/);
  t.notRegex(list, /canary|PAYMENTS_URL/);
});

test('stores a secret of a stage in its folder, for this user only', async (t) => {
  const { stage, context, shown } = setUp(t);
  listSecrets(context({ stage }));
  t.regex(shown(), /PAYMENTS_TOKEN +worker, migrate +missing\nSHOP_WEBHOOK_KEY +api +not set \(optional\)\n$/);
  for (const value of ['canary', 'a\nb']) {
    await setSecret('PAYMENTS_TOKEN', async () => value, context({ stage }));
    t.is(readFileSync(suppliedPath(stage, 'PAYMENTS_TOKEN'), 'utf8'), value);
  }
  t.regex(shown(), /^PAYMENTS_TOKEN is set for the stage demo\. The next deploy passes it to worker, migrate\n/);
  const path = suppliedPath(stage, 'PAYMENTS_TOKEN');
  t.is(statSync(path).mode & 0o777, 0o600);
  for (const folder of [dirname(path), stage.secretsFolder, stage.folder]) t.is(statSync(folder).mode & 0o777, 0o700);
  listSecrets(context({ stage }));
  t.regex(shown(), /PAYMENTS_TOKEN +worker, migrate +set\n/);
});

const refused: Record<string, RegExp> = {
  PAYMENTS_TOKN: /^PAYMENTS_TOKN is not a secret of the product .*; did you mean PAYMENTS_TOKEN\?$/,
  payments_token: /did you mean PAYMENTS_TOKEN\?$/,
  QQQ: /; choose from PAYMENTS_TOKEN, SHOP_WEBHOOK_KEY$/,
  PAYMENTS_URL: /^PAYMENTS_URL is not a secret: set it in .env/,
  POSTGRES_PASSWORD: /^POSTGRES_PASSWORD is a setting of the platform/,
  constructor: /^constructor is not a secret of the product/,
};
for (const [name, message] of Object.entries(refused))
  test(`rejects the name ${name} before it reads a value`, async (t) => {
    const { local } = setUp(t);
    const read = async () => t.fail() as never;
    await t.throwsAsync(setSecret(name, read, local()), { message });
  });

test('rejects a value that the definition does not accept, without showing it', async (t) => {
  const { envFile, local } = setUp(t);
  const settings = defineSettings({
    SHOP_KEY: {
      type: 'string',
      secret: true,
      pattern: '^sk_[a-z]+$',
      testValue: 'sk_x',
      usedBy: ['api'],
      description: 'Key of the shop',
    },
  });
  await t.throwsAsync(
    setSecret('SHOP_KEY', async () => 'canary', { ...local(), settings }),
    { message: 'The value of SHOP_KEY must match ^sk_[a-z]+$' },
  );
  t.is(readFileSync(envFile, 'utf8'), '');
});

test('warns if the environment overrides the env file', async (t) => {
  const { local, shown } = setUp(t);
  await setSecret('PAYMENTS_TOKEN', async () => 'x', local({ PAYMENTS_TOKEN: 'canary' }));
  t.regex(shown(), /warning: the environment sets PAYMENTS_TOKEN too, and takes precedence$/);
  await setSecret('PAYMENTS_TOKEN', async () => 'x', local({ PAYMENTS_TOKEN_FILE: '/there' }));
  t.regex(shown(), /warning: the environment sets PAYMENTS_TOKEN_FILE too, and takes precedence$/);
});
