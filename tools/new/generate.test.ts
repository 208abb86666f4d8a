import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../platform/settings/project.js';
import { FileChanges } from '../cli/file-changes.js';
import { generate, parseName } from './generate.js';
import { timestampAfter } from './kinds.js';

/** Files that `new` changes, without entries: as after the removal of the examples. */
const skeleton: Readonly<Record<string, string>> = {
  'activities/index.ts': 'export const createActivities = (_parts: Parts) => ({});\n',
};

function copyOf(t: ExecutionContext, { empty }: { empty: boolean }): FileChanges {
  const root = mkdtempSync(join(tmpdir(), 'atlas-new-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const folder of ['activities', 'api', 'migrations', 'platform/migrations', 'worker', 'workflows'])
    cpSync(join(projectRoot, folder), join(root, folder), { recursive: true });
  if (empty) for (const [path, text] of Object.entries(skeleton)) writeFileSync(join(root, path), text);
  return new FileChanges(root);
}

for (const empty of [true, false]) {
  test(`connects what it creates, ${empty ? 'as the first' : 'beside the existing'}`, (t) => {
    const changes = copyOf(t, { empty });
    for (const kind of ['workflow', 'activity', 'route'] as const)
      t.deepEqual(generate(changes, kind, 'send-bills').byHand, [], kind);
    t.regex(
      changes.read('activities/index.ts'),
      /createActivities = [\s\S]*\.\.\.createSendBillsActivities\(\{ now: \(\) => new Date\(\) \}\),?\s*\}\)/,
    );
    t.regex(changes.read('workflows/send-bills/definition.ts'), /from '\.\.\/\.\.\/platform\/workflows\/define\.js'/);
    t.regex(
      changes.read('test/workflows/send-bills.test.ts'),
      /from '\.\.\/\.\.\/workflows\/send-bills\/definition\.js'/,
    );
    t.true(changes.exists('activities/send-bills.test.ts') && changes.exists('test/api/send-bills.test.ts'));
    generate(changes, 'schedule', 'report-bills');
    t.regex(
      changes.read('workflows/report-bills/definition.ts'),
      /schedule: \{ cron: '0 6 \* \* \*', timeZone: 'UTC' \}/,
    );
    for (const path of changes.paths()) t.notRegex(changes.read(path), /sample.?name/i, path);
  });
}

test('a new migration is applied after all others, and creates the table that its name says', (t) => {
  const changes = copyOf(t, { empty: false });
  const now = new Date('2020-01-02T03:04:05Z');
  generate(changes, 'migration', 'create-send-bills', now);
  generate(changes, 'migration', 'add-note', now);
  const files = readdirSync(join(changes.root, 'platform/migrations')).sort();
  const pathOf = (name: string) => changes.paths().find((path) => path.endsWith(`-${name}.ts`)) ?? '';
  const [create, add] = [pathOf('create-send-bills'), pathOf('add-note')];
  t.true(create.slice('migrations/'.length) > (files.at(-1) ?? ''), create);
  t.regex(changes.read(create), /CREATE TABLE send_bills[\s\S]*'DROP TABLE send_bills'/);
  t.regex(changes.read(add), /up: MigrationStep[\s\S]*down: MigrationStep/);
});

test('the time of a migration is the current minute, or the one after the last migration', (t) => {
  const now = new Date('2026-12-31T23:59:30Z');
  t.is(timestampAfter(undefined, now), '202612312359');
  t.is(timestampAfter('202612312358', now), '202612312359');
  t.is(timestampAfter('202612312359', now), '202701010000');
  t.is(timestampAfter('203001010000', now), '203001010001');
});

test('rejects an existing name and a name of the platform, and changes nothing', (t) => {
  const changes = copyOf(t, { empty: false });
  const reject = (kind: Parameters<typeof generate>[1], name: string, message: RegExp) =>
    t.throws(() => generate(changes, kind, name), { code: 'command-fault', message });
  for (const kind of ['workflow', 'activity', 'route', 'migration'] as const) {
    generate(changes, kind, 'send-bills');
    changes.apply();
    const before = changes.paths();
    reject(kind, 'send-bills', /already exists|has this name/);
    t.deepEqual(changes.paths(), before, kind);
  }
  for (const kind of ['workflow', 'schedule'] as const) reject(kind, 'health-check', /reserved by the platform/);
  t.false(existsSync(join(changes.root, 'workflows/health-check')));
});

test('names the lines to add by hand where a file has another form', (t) => {
  const changes = copyOf(t, { empty: true });
  const file = 'activities/index.ts';
  writeFileSync(join(changes.root, file), 'export const createActivities = all();\n');
  const { byHand } = generate(changes, 'activity', 'send-bills');
  t.is(byHand.length, 1);
  t.regex(byHand[0] ?? '', /^activities\/index\.ts has another form.* in createActivities$/);
  t.is(readFileSync(join(changes.root, file), 'utf8'), 'export const createActivities = all();\n');
  t.true(changes.exists('activities/send-bills.ts'));
});

test('a name is kebab-case, short and no reserved word', (t) => {
  t.is(parseName('fulfil-order2'), 'fulfil-order2');
  t.throws(() => parseName('fulfilOrder'), { message: 'fulfilOrder is not kebab-case: use fulfil-order' });
  t.throws(() => parseName('Fulfil_Order.ts'), { message: /use fulfil-order-ts$/ });
  t.throws(() => parseName('../x'), { message: /use x$/ });
  t.throws(() => parseName('delete'), { message: /reserved word/ });
  for (const name of ['constructor', 'to-string', 'then'])
    t.throws(() => parseName(name), { message: /meaning of its own/ }, name);
  t.throws(() => parseName('a'.repeat(51)), { message: /longer than 50/ });
});
