import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Environment, readSettings } from '../platform/settings/settings.js';
import { productWithSettings as product } from '../platform/testing/fixtures/settings.js';
import { ensureSecrets, withSecretFingerprints } from './ensure-secrets.js';
import { productFaults } from './product-faults.js';
import { suppliedPath } from './product-settings.js';
import { secretPath } from './secrets.js';
import { labels, type Stage, stageOf } from './stage.js';
import { stageConfiguration } from './stage-configuration.js';
import { read } from './testing/secrets.js';
import type { Configuration } from './testing/synthesise.js';

/** A stage of a product with settings, in a temporary folder, without secrets. */
function setUp(t: ExecutionContext, env: Environment = {}) {
  const stages = mkdtempSync(join(tmpdir(), 'atlas-stages-'));
  t.teardown(() => rmSync(stages, { recursive: true }));
  const given = { ATLAS_STAGE: 'staging', ATLAS_STAGES_DIR: stages, SHOP_REGION: 'eu', ...env };
  const { settings } = readSettings(product, given, { optional: ['POSTGRES_PASSWORD'] });
  const stage = stageOf(settings, product.settings);
  const supply = (name: string, text: string) => {
    mkdirSync(dirname(suppliedPath(stage, name)), { recursive: true });
    writeFileSync(suppliedPath(stage, name), text, { mode: 0o600 });
  };
  const synthesise = (of: Stage = stage) =>
    Object.values((JSON.parse(stageConfiguration(settings, of, {})) as Configuration).resource.docker_container);
  return { stages, settings, stage, supply, synthesise };
}

type Container = ReturnType<ReturnType<typeof setUp>['synthesise']>[number];
const partOf = ({ labels: all = [] }: Container) => all.find(({ label }) => label === labels.part)?.value ?? '';
const hasMount = ({ mounts }: Container, name: string) =>
  mounts.some(({ target }) => target === `/run/secrets/${name}`);

test('mounts a secret only in the containers of the processes that use it', (t) => {
  const containers = setUp(t, { PAYMENTS_TOKEN: 'canary-of-this-machine' }).synthesise();
  const holders = containers.filter((container) => hasMount(container, 'PAYMENTS_TOKEN'));
  t.deepEqual(holders.map(partOf).sort(), ['migrate', 'worker-1']);
  for (const container of containers) {
    const isHolder = holders.includes(container);
    t.is(container.env.includes('PAYMENTS_TOKEN_FILE=/run/secrets/PAYMENTS_TOKEN'), isHolder, container.name);
    t.false(JSON.stringify(container).includes('canary'), container.name);
  }
  const [mount] = holders[0]?.mounts.filter(({ target }) => target.endsWith('PAYMENTS_TOKEN')) ?? [];
  t.true(mount?.read_only);
});

test('passes other settings to the containers of the processes that use them', (t) => {
  const containers = setUp(t, { PAYMENTS_URL: 'https://pay.example', SHOP_PAGE_SIZE: '20' }).synthesise();
  for (const container of containers) {
    const [, process = ''] = /^(api|worker)-/.exec(partOf(container)) ?? [];
    t.is(container.env.includes('PAYMENTS_URL=https://pay.example'), process === 'worker', container.name);
    t.is(container.env.includes('SHOP_PAGE_SIZE=20'), process === 'api', container.name);
    t.is(container.env.includes('SHOP_REGION=eu'), process !== '', container.name);
  }
});

test('mounts an optional secret only once it is supplied', (t) => {
  const { stage, supply, synthesise } = setUp(t);
  const holders = () => synthesise(withSecretFingerprints(stage)).filter((it) => hasMount(it, 'SHOP_WEBHOOK_KEY'));
  t.deepEqual(holders(), []);
  supply('SHOP_WEBHOOK_KEY', 'whsec');
  t.deepEqual(holders().map(partOf), ['api-1', 'api-2']);
});

test('a deploy needs the settings and secrets that the product requires', (t) => {
  const { settings, stage, supply } = setUp(t, { SHOP_REGION: undefined });
  t.deepEqual(productFaults(settings, stage), [
    {
      variable: 'PAYMENTS_TOKEN',
      message: `${suppliedPath(stage, 'PAYMENTS_TOKEN')} is missing or empty, and a deploy generates no secret of the product. Run \`npm run secrets -- set PAYMENTS_TOKEN --stage staging\``,
    },
    { variable: 'SHOP_REGION', message: 'required by api, worker; set it in .env or in the environment' },
  ]);
  supply('PAYMENTS_TOKEN', '');
  t.is(productFaults(settings, stage).length, 2);
  supply('PAYMENTS_TOKEN', '\ufeffsk');
  t.regex(productFaults(settings, stage)[0]?.message ?? '', /byte order mark/);
  supply('PAYMENTS_TOKEN', 'sk');
  t.deepEqual(
    productFaults(settings, stage).map(({ variable }) => variable),
    ['SHOP_REGION'],
  );
});

test('never generates a secret of the product, and writes nothing without it', (t) => {
  const { stages, stage } = setUp(t);
  t.throws(() => ensureSecrets(stage), { code: 'secret-missing', message: /npm run secrets -- set PAYMENTS_TOKEN/ });
  const files = readdirSync(stages, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  t.deepEqual(files, []);
});

test('copies a supplied secret for each process that uses it, and updates the copies', (t) => {
  const { stage, supply } = setUp(t);
  const copies = (['worker', 'migrate'] as const).map((role) => secretPath(stage, role, { file: 'PAYMENTS_TOKEN' }));
  for (const text of ['sk_1', 'sk_2\n']) {
    supply('PAYMENTS_TOKEN', text);
    ensureSecrets(stage);
    t.deepEqual(copies.map(read), [text, text]);
  }
  const mode = process.getuid?.() === 0 ? 0o400 : 0o444;
  for (const copy of copies) t.is(statSync(copy).mode & 0o777, mode);
  t.throws(() => read(secretPath(stage, 'api', { file: 'PAYMENTS_TOKEN' })), { code: 'ENOENT' });
});

test('a changed secret changes only the definitions of the containers that use it', (t) => {
  const { stage, supply, synthesise } = setUp(t);
  supply('PAYMENTS_TOKEN', 'sk_1');
  ensureSecrets(stage);
  const definitions = () => synthesise(withSecretFingerprints(stage)).map((it) => JSON.stringify(it));
  const before = definitions();
  t.deepEqual(definitions(), before);
  supply('PAYMENTS_TOKEN', 'sk_2');
  const changed = synthesise(withSecretFingerprints(stage)).filter((it) => !before.includes(JSON.stringify(it)));
  t.deepEqual(changed.map(partOf).sort(), ['migrate', 'worker-1']);
  t.false(JSON.stringify(definitions()).includes('sk_2'));
});
