import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { importRules } from './import-rules.js';
import { findWrongImports } from './imports.js';

/** Modules to import. */
const others = {
  'tsconfig.json': '{}',
  'activities/index.ts': 'export interface Activities { x: 1 } export const createActivities = 1;',
  'infra/main.ts': 'export const stack = 1;',
  'migrations/index.ts': 'export const migrations = 1;',
  'node_modules/pg/package.json': '{"name":"pg","main":"index.js"}',
  'node_modules/pg/index.js': 'export default 1;',
  'platform/api/serve-api.ts': 'export const serveApi = 1;',
  'platform/database/batch.ts': 'export const batched = 1;',
  'platform/settings/entry.ts': 'export const settingsOrExit = 1;',
  'platform/settings/settings.ts': 'export const readSettings = 1;',
  'platform/worker/create-workers.ts': 'export const createWorkers = 1;',
  'platform/workflows/define.ts': 'export const defineWorkflow = 1;',
  'tools/cli/screen.ts': 'export const screen = 1;',
  'workflows/index.ts': 'export const workflows = 1;',
  'workflows/greet/workflow.ts': 'export const greet = 1;',
};

async function check(t: ExecutionContext, files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-imports-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries({ ...others, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
  return (await findWrongImports(root, folders, importRules)).map(({ file, why }) => `${file}: ${why}`);
}

test('accepts imports that the rules allow', async (t) => {
  const files = {
    'workflows/a/workflow.ts':
      "import { defineWorkflow } from '../../platform/workflows/define.js'; import type { Activities } from '../../activities/index.js'; export const a: Activities = defineWorkflow;",
    'api/main.ts':
      "import { workflows } from '../workflows/index.js'; import { serveApi } from '../platform/api/serve-api.js'; serveApi(workflows);",
    'worker/main.ts': "import { createActivities } from '../activities/index.js'; createActivities();",
    'billing/invoice.ts': "import { migrations } from '../migrations/index.js'; import pg from 'pg'; pg(migrations);",
  };
  t.deepEqual(await check(t, files), []);
});

const forbidden: Record<string, [file: string, text: string]> = {
  'an activity imported as a value by a workflow': [
    'workflows/a.ts',
    "import { createActivities } from '../activities/index.js'; createActivities;",
  ],
  'a built-in module in a workflow': ['workflows/a.ts', "import { readFileSync } from 'node:fs'; readFileSync;"],
  'a package in a workflow': ['workflows/a.ts', "import pg from 'pg'; pg;"],
  'settings in a workflow': [
    'workflows/a.ts',
    "import { readSettings } from '../platform/settings/settings.js'; readSettings;",
  ],
  'workflow code in the API': ['api/a.ts', "import { greet } from '../workflows/greet/workflow.js'; greet;"],
  'activities in the API': ['api/a.ts', "import { createActivities } from '../activities/index.js'; createActivities;"],
  'a re-export of the worker in the API': ['api/a.ts', "export * from '../platform/worker/create-workers.js';"],
  'a dynamic import': ['api/a.ts', "await import('../platform/worker/create-workers.js');"],
  'an inner module of the platform in a folder of the product': [
    'billing/a.ts',
    "import { batched } from '../platform/database/batch.js'; batched;",
  ],
  'reading the environment in the API': [
    'platform/api/a.ts',
    "import { settingsOrExit } from '../settings/entry.js'; settingsOrExit;",
  ],
  'the product in the platform': [
    'platform/api/a.ts',
    "import { workflows } from '../../workflows/index.js'; workflows;",
  ],
  'a type of the product in the platform': [
    'platform/workflows/a.ts',
    "import type { Activities } from '../../activities/index.js'; export type A = Activities;",
  ],
  'a tool in the platform': ['platform/api/a.ts', "import { screen } from '../../tools/cli/screen.js'; screen;"],
  'infra in the app': ['database/a.ts', "import { stack } from '../infra/main.js'; stack;"],
  'a missing module': ['tools/a.ts', "import { a } from './b.js'; a;"],
};
for (const [what, [file, text]] of Object.entries(forbidden)) {
  test(`reports ${what}`, async (t) => {
    t.is((await check(t, { [file]: text })).length, 1);
  });
}

test('reports a cycle of type imports', async (t) => {
  const files = {
    'activities/a.ts': "import type { B } from './b.js'; export type A = B;",
    'activities/b.ts': "import type { A } from './a.js'; export type B = A;",
  };
  t.regex((await check(t, files)).join(), /cycle: activities\/a\.ts > activities\/b\.ts/);
});

test('fails without source files', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'atlas-imports-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'api'));
  writeFileSync(join(root, 'tsconfig.json'), '{"files":["x.ts"]}');
  await t.throwsAsync(findWrongImports(root, ['api'], importRules), { message: /Found no source files/ });
});
