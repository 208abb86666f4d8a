import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { product } from '../../config/product.js';
import { projectRoot } from '../../platform/settings/project.js';
import { catalogue } from '../../workflows/catalogue.js';
import { projectLayout } from '../project-layout.js';
import { isScaffold, removeExamples } from './remove-examples.js';

function copyProduct(t: ExecutionContext): string {
  const root = mkdtempSync(join(tmpdir(), 'atlas-examples-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const folder of [...projectLayout.product, 'test']) {
    if (existsSync(join(projectRoot, folder)))
      cpSync(join(projectRoot, folder), join(root, folder), { recursive: true });
  }
  return root;
}

/** A product may have changed the examples. */
function isProduct(t: ExecutionContext): boolean {
  if (isScaffold(product, catalogue.keys())) return false;
  t.log('NOT RUN: this is a product, not the scaffold');
  t.pass();
  return true;
}

test('removes the examples from every file that names them', (t) => {
  if (isProduct(t)) return;
  const root = copyProduct(t);
  const paths = removeExamples(root);
  t.true(paths.includes('workflows/catalogue.ts') && paths.includes('workflows/greet'));
  for (const file of ['workflows/catalogue.ts', 'workflows/index.ts', 'activities/index.ts', 'worker/activity-deps.ts'])
    t.notRegex(readFileSync(join(root, file), 'utf8'), /greet|approval/i, file);
  t.false(existsSync(join(root, 'workflows/greet')));
  t.deepEqual(removeExamples(root), [], 'a second run changes nothing');
});

test('removes nothing if one of the files has changed, and names it', (t) => {
  if (isProduct(t)) return;
  const root = copyProduct(t);
  const file = join(root, 'worker/activity-deps.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace('An approval waits for a decision', 'Decide!'));
  t.throws(() => removeExamples(root), { code: 'examples-changed', message: /^worker\/activity-deps\.ts has changed/ });
  t.true(existsSync(join(root, 'workflows/greet')));
  t.regex(readFileSync(join(root, 'workflows/catalogue.ts'), 'utf8'), /greet/);
});
