import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../platform/settings/project.js';
import { productFolders } from '../checks/import-rules.js';
import { removeExamples } from './remove-examples.js';

function copyProduct(t: ExecutionContext): string {
  const root = mkdtempSync(join(tmpdir(), 'atlas-examples-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const folder of [...productFolders, 'test']) {
    if (existsSync(join(projectRoot, folder)))
      cpSync(join(projectRoot, folder), join(root, folder), { recursive: true });
  }
  return root;
}

const hasExamples = existsSync(join(projectRoot, 'workflows/greet'));

test('removes the examples from every file that names them', (t) => {
  if (!hasExamples) {
    t.pass('the examples have been removed from this repository');
    return;
  }
  const root = copyProduct(t);
  const paths = removeExamples(root);
  t.true(paths.includes('workflows/catalogue.ts') && paths.includes('workflows/greet'));
  for (const file of ['workflows/catalogue.ts', 'workflows/index.ts', 'activities/index.ts', 'worker/activity-deps.ts'])
    t.notRegex(readFileSync(join(root, file), 'utf8'), /greet|approval/i, file);
  t.false(existsSync(join(root, 'workflows/greet')));
});

test('removes nothing if one of the files has changed, and names it', (t) => {
  if (!hasExamples) {
    t.pass('the examples have been removed from this repository');
    return;
  }
  const root = copyProduct(t);
  const file = join(root, 'worker/activity-deps.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace('An approval waits for a decision', 'Decide!'));
  t.throws(() => removeExamples(root), { code: 'examples-changed', message: /^worker\/activity-deps\.ts has changed/ });
  t.true(existsSync(join(root, 'workflows/greet')));
  t.regex(readFileSync(join(root, 'workflows/catalogue.ts'), 'utf8'), /greet/);
});
