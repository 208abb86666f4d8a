import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { product } from '../../config/product.js';
import { workflows } from '../../workflows/index.js';
import { FileChanges } from '../cli/file-changes.js';
import { exampleFiles, isScaffold, removeExamples } from '../init/remove-examples.js';
import { renameProduct } from '../init/rename.js';
import { type Clone, Scaffold } from '../prove/takeover/clone.js';
import { upgrade } from './upgrade.js';

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');

function write(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function replace(folder: string, file: string, from: string | RegExp, to: string): void {
  const text = read(folder, file);
  const replaced = text.replace(from, () => to);
  if (replaced === text) throw new Error(`${file} does not contain ${from}`);
  write(folder, file, replaced);
}

/** A scaffold with one commit, and a team's clone of it with changes in every product folder. */
async function makeShop(t: ExecutionContext): Promise<{ scaffold: Scaffold; shop: Clone }> {
  const scaffold = new Scaffold(new AbortController().signal);
  t.teardown(() => scaffold.remove());
  await scaffold.make();
  const shop = await scaffold.clone('shop');
  await shop.run('git remote rename origin scaffold');
  initialise(shop.folder);
  await shop.commit('Start the product');
  changeProduct(shop.folder);
  await shop.commit('Build the shop');
  return { scaffold, shop };
}

/** As `npm run init -- --name shop --remove-examples`, with a fraction of what it generates. */
function initialise(folder: string): void {
  const changes = new FileChanges(folder);
  renameProduct(changes, { name: 'shop', title: 'Shop' });
  removeExamples(changes);
  changes.apply();
  for (const file of ['docs/openapi.json', 'docs/openapi.published.json'])
    replace(folder, file, /"title": "ATLAS[^"]*"/, '"title": "Shop"');
  replace(folder, 'docs/deploy.md', 'subgraph atlas-network["network atlas-network"]', 'subgraph shop-network');
}

/** New files, and lines beside those that the removal of the examples and the upgrade change. */
function changeProduct(folder: string): void {
  const added = {
    'workflows/fulfil-order/definition.ts': 'export const fulfilOrder = {};\n',
    'activities/payments.ts': 'export const createPaymentActivities = () => ({});\n',
    'api/routes/list-order-payments.ts': 'export const listOrderPayments = {};\n',
    'database/order-payments.ts': 'export class OrderPayment {}\n',
    'migrations/202612010900-create-order-payments.ts': 'export const up = () => {};\n',
    'infra/constructs/mail.ts': 'export class Mail {}\n',
    'test/workflows/fulfil-order.test.ts': '// A test of the shop\n',
    'docs/our-runbook.md': '# Runbook\n',
    'mail/templates.ts': 'export const templates = {};\n',
  };
  for (const [file, text] of Object.entries(added)) write(folder, file, text);
  replace(folder, 'activities/index.ts', '=> ({})', '=> ({ ...createPaymentActivities() })');
  replace(folder, 'api/problems.ts', '{} as const', "{ 'card-declined': { status: 402, title: 'Declined' } } as const");
  replace(folder, 'config/settings.ts', 'defineSettings({})', 'defineSettings({ PAYMENTS_URL })');
  replace(
    folder,
    'infra/stacks/stage-stack.ts',
    "new ApiProxy(this, 'proxy'",
    "new Mail(this, 'mail');\n    new ApiProxy(this, 'proxy'",
  );
  replace(folder, 'package.json', '"pg": "', '"nodemailer": "7.0.0",\n    "pg": "');
  replace(folder, '.github/CODEOWNERS', /$/, '/mail/ @shop\n');
}

/** The next version: platform, tools, packages, documents, a changed example and a new one. */
function changeScaffold(folder: string): void {
  replace(folder, 'platform/workflows/run-id.ts', /$/, '// The next version\n');
  write(folder, 'platform/workflows/new-module.ts', 'export {};\n');
  replace(folder, 'tools/doctor/main.ts', /$/, '// The next version\n');
  replace(folder, 'infra/constructs/network.ts', /$/, '// The next version\n');
  replace(folder, 'package.json', /"pg": "[^"]*"/, '"pg": "99.0.0"');
  replace(folder, 'package.json', '"start": "', '"upgraded": "true",\n    "start": "');
  replace(folder, 'package-lock.json', /"pg": "[^"]*"/, '"pg": "99.0.0"');
  replace(folder, 'docs/openapi.json', /"title": "ATLAS[^"]*"/, '"title": "ATLAS, upgraded"');
  replace(folder, 'docs/workflows.md', /$/, '\nThe next version.\n');
  replace(folder, 'docs/deploy.md', 'subgraph atlas-network["network atlas-network"]', 'subgraph "upgraded"');
  replace(folder, 'docs/deploy.md', /$/, '\nThe next version.\n');
  replace(folder, 'README.md', '# ATLAS\n\n', '# ATLAS\n\nThe next version.\n\n');
  replace(folder, 'workflows/greet/workflow.ts', /$/, '// The next version\n');
  write(folder, 'workflows/wave/definition.ts', 'export const wave = {};\n');
  replace(folder, 'tools/init/remove-examples.ts', /'workflows\/approval',/, "'workflows/wave', 'workflows/approval',");
}

async function commitNextVersion(scaffold: Scaffold, shop: Clone, change: (folder: string) => void): Promise<void> {
  change(scaffold.folder);
  await shop.run(`git -C ${scaffold.folder} add --all && git -C ${scaffold.folder} commit --quiet --message Next`);
  await shop.run('git fetch --quiet scaffold');
}

/** A product may have changed what these tests change. */
function isProduct(t: ExecutionContext): boolean {
  if (isScaffold(product, workflows.path)) return false;
  t.log('NOT RUN: this is a product, not the scaffold');
  t.pass();
  return true;
}

test('merges the next version into a product with changes in every folder, without a conflict', async (t) => {
  if (isProduct(t)) return;
  const { scaffold, shop } = await makeShop(t);
  const { folder } = shop;
  const before = await shop.run('git rev-parse HEAD^{tree}');
  const changed = (await shop.run('git diff --name-only HEAD~1')).trim().split('\n');
  const texts = new Map(changed.map((file) => [file, read(folder, file)]));
  await commitNextVersion(scaffold, shop, changeScaffold);

  const done = await upgrade(folder, 'scaffold/main');
  t.deepEqual({ conflicts: done?.conflicts, kept: done?.kept }, { conflicts: [], kept: [] });
  t.true(done?.ownPackages);

  for (const [file, text] of texts) if (file !== 'package.json') t.is(read(folder, file), text, file);
  const json = JSON.parse(read(folder, 'package.json'));
  t.like(json, { name: 'shop', dependencies: { nodemailer: '7.0.0', pg: '99.0.0' }, scripts: { upgraded: 'true' } });
  t.regex(read(folder, 'package-lock.json'), /"name": "shop"[\s\S]*"pg": "99\.0\.0"/);
  for (const file of [
    'platform/workflows/run-id.ts',
    'tools/doctor/main.ts',
    'infra/constructs/network.ts',
    'docs/deploy.md',
  ])
    t.regex(read(folder, file), /The next version\.?\n$/, file);
  t.true(existsSync(join(folder, 'platform/workflows/new-module.ts')));
  t.regex(read(folder, 'README.md'), /^# Shop\n[\s\S]*The next version\./);
  for (const file of ['docs/openapi.json', 'docs/openapi.published.json', 'docs/deploy.md'])
    t.notRegex(read(folder, file), /upgraded/, `${file} is generated anew`);
  for (const file of [...exampleFiles, 'workflows/wave']) t.false(existsSync(join(folder, file)), file);

  await shop.run('git merge --abort');
  t.is(await shop.run('git status --porcelain'), '');
  t.is(await shop.run('git write-tree'), before);

  await upgrade(folder, 'scaffold/main');
  await shop.run('git commit --quiet --no-edit');
  t.is(await shop.run('git rev-parse HEAD^2'), await shop.run('git rev-parse scaffold/main'));
  t.is(await upgrade(folder, 'scaffold/main'), undefined, 'a second upgrade has nothing to do');
});

test('names the files that both changed in the same place, and can be taken back', async (t) => {
  if (isProduct(t)) return;
  const { scaffold, shop } = await makeShop(t);
  replace(shop.folder, 'worker/main.ts', 'runService(', '// Ours\nrunService(');
  const before = await shop.commit('Change the entry');
  await commitNextVersion(scaffold, shop, (folder) =>
    replace(folder, 'worker/main.ts', 'runService(', '// Theirs\nrunService('),
  );
  t.like(await upgrade(shop.folder, 'scaffold/main'), { conflicts: ['worker/main.ts'] });
  t.regex(read(shop.folder, 'worker/main.ts'), /<<<<<<< [\s\S]*\/\/ Ours\n[\s\S]*\/\/ Theirs\n/);
  await t.throwsAsync(upgrade(shop.folder, 'scaffold/main'), { message: /^A merge is in progress/ });
  await shop.run('git merge --abort');
  t.is((await shop.run('git stash create')).trim() || before, before, 'nothing is left');
});

test('changes nothing if there are uncommitted changes or no such version', async (t) => {
  if (isProduct(t)) return;
  const { shop } = await makeShop(t);
  await t.throwsAsync(upgrade(shop.folder, 'v99'), { message: /^v99 is no commit here/ });
  write(shop.folder, 'docs/notes.md', 'Notes\n');
  await t.throwsAsync(upgrade(shop.folder, 'scaffold/main'), {
    message: /^Commit your changes first.*\n\?\? docs\/notes\.md$/,
  });
});
