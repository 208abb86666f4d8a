import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { importRules } from './import-rules.js';
import { findWrongImports } from './imports.js';

function check(t: ExecutionContext, files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-imports-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return findWrongImports(root, Object.keys(files), importRules).map(({ file, why }) => `${file}: ${why}`);
}

test('finds nothing wrong with imports along the allowed directions', (t) => {
  const files = {
    'workflows/a/workflow.ts':
      "import { proxyActivities } from '@temporalio/workflow'; import type { Activities } from '../../activities/index.js';",
    'platform/api/app.ts': "import { catalogue } from '../workflows/catalogue.js'; import Koa from 'koa';",
    'worker/main.ts': "import { createActivities } from '../activities/index.js';",
  };
  t.deepEqual(check(t, files), []);
});

const planted: Record<string, [file: string, text: string]> = {
  'an activity imported as a value by a workflow': [
    'workflows/a.ts',
    "import { createActivities } from '../activities/index.js';",
  ],
  'a built-in module in a workflow': ['workflows/a.ts', "import { readFileSync } from 'node:fs';"],
  'a package in a workflow': ['workflows/a.ts', "import pg from 'pg';"],
  'settings in a workflow': ['workflows/a.ts', "import { readSettings } from '../config/settings.js';"],
  'workflow code in the API': ['api/a.ts', "import { greet } from '../workflows/greet/workflow.js';"],
  'activities in the API': ['api/a.ts', "import { createActivities } from '../activities/index.js';"],
  'the worker in the API': ['api/a.ts', "export * from '../worker/create-workers.js';"],
  'a dynamic import': ['api/a.ts', "await import('../../platform/worker/create-workers.js');"],
  'reading the settings in the API': ['api/a.ts', "import { settingsOrExit } from '../config/entry.js';"],
  'infra anywhere': ['database/a.ts', "import { stack } from '../infra/main.js';"],
  'a folder without a rule': ['elsewhere/a.ts', ''],
};
for (const [what, [file, text]] of Object.entries(planted)) {
  test(`finds ${what}`, (t) => {
    t.is(check(t, { [file]: text }).length, 1);
  });
}

test('fails when it read no files', (t) => {
  t.throws(() => findWrongImports(tmpdir(), [], importRules), { message: /read no files/ });
});
