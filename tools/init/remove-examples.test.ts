import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { product } from '../../config/product.js';
import { projectRoot } from '../../platform/settings/project.js';
import { workflows } from '../../workflows/index.js';
import { FileChanges } from '../cli/file-changes.js';
import { projectLayout } from '../project-layout.js';
import { exampleFiles, isScaffold, removeExamples } from './remove-examples.js';

function copyProduct(t: ExecutionContext): string {
  const root = mkdtempSync(join(tmpdir(), 'atlas-examples-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const folder of [...projectLayout.product, 'test']) {
    if (existsSync(join(projectRoot, folder)))
      cpSync(join(projectRoot, folder), join(root, folder), { recursive: true });
  }
  return root;
}

/** @returns the changed paths */
function removeFrom(root: string): string[] {
  const changes = new FileChanges(root);
  removeExamples(changes);
  changes.apply();
  return changes.paths();
}

/** A product may have changed the examples. */
function isProduct(t: ExecutionContext): boolean {
  if (isScaffold(product, workflows.path)) return false;
  t.log('NOT RUN: this is a product, not the scaffold');
  t.pass();
  return true;
}

test('removes the examples from every file that names them', (t) => {
  if (isProduct(t)) return;
  const root = copyProduct(t);
  removeFrom(root);
  t.notRegex(readFileSync(join(root, 'activities/index.ts'), 'utf8'), /greet|approval/i);
  t.false(existsSync(join(root, 'workflows/greet')));
  t.deepEqual(removeFrom(root), [], 'a second run changes nothing');
});

test('removes nothing if one of the files has changed, and names it', (t) => {
  if (isProduct(t)) return;
  const root = copyProduct(t);
  const file = join(root, 'activities/index.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace('An approval waits for a decision', 'Decide!'));
  t.throws(() => removeFrom(root), { code: 'examples-changed', message: /^activities\/index\.ts has changed/ });
  t.true(existsSync(join(root, 'workflows/greet')));
});

/** What stays in the folders of the examples. */
const skeleton = [
  ...['activities/index.ts', 'api/routes/index.ts', 'migrations/index.ts', 'workflows/index.ts'],
  ...['test/api/contract.test.ts', 'test/database/migrations.test.ts', 'test/histories/health-check-ok.json'],
  ...['test/histories/purge-runs-completed.json', 'test/histories/scheduled-run-completed.json'],
  ...['test/workflows/recorded-steps.test.ts', 'test/workflows/replay.test.ts'],
];

test('leaves only the skeleton; a new file there belongs to `exampleFiles` or to `skeleton`', (t) => {
  if (isProduct(t)) return;
  const root = copyProduct(t);
  removeFrom(root);
  const folders = ['activities', 'api/routes', 'database', 'migrations', 'workflows'];
  const tests = ['test/api', 'test/database', 'test/histories', 'test/workflows'];
  const left = [...folders, ...tests].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter((file) => /\.(ts|json)$/.test(file))
          .map((file) => `${folder}/${file}`)
      : [],
  );
  t.deepEqual(left.sort(), skeleton.toSorted());
});

test('every listed file exists', (t) => {
  if (isProduct(t)) return;
  t.deepEqual(
    exampleFiles.filter((file) => !existsSync(join(projectRoot, file))),
    [],
  );
});
