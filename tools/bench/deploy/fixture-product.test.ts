import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { useFixtures } from './fixture-product.js';
import { copyFiles } from './project-copy.js';

const folder = mkdtempSync(join(tmpdir(), 'atlas-fixtures-'));
test.before(() => {
  copyFiles(folder);
  useFixtures(folder);
});
test.after.always(() => rmSync(folder, { recursive: true }));

test('the workflows of the tests import files that a build of the copy contains', (t) => {
  const added = readdirSync(join(folder, 'platform/fixtures/workflows')).map(
    (file) => `platform/fixtures/workflows/${file}`,
  );
  for (const file of ['definitions', 'workflows', 'activities'])
    t.true(added.includes(`platform/fixtures/workflows/${file}.ts`), file);
  for (const file of [...added, 'workflows/index.ts', 'activities/index.ts']) {
    const imports = readFileSync(join(folder, file), 'utf8').matchAll(/ (?:from|import) '(\..*?)\.js';/g);
    for (const [, path = ''] of imports) {
      const target = join(dirname(file), `${path}.ts`);
      t.true(existsSync(join(folder, target)), `${file} imports ${target}`);
      t.notRegex(target, /testing|^tools/, `${file} imports what the image leaves out`);
    }
  }
});
