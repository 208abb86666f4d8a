import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { workflowsIn } from '../../loading/workflow-folders.js';
import { createLogger } from '../../observability/logger.js';
import { projectRoot } from '../../settings/project.js';
import { areUnchanged } from '../../worker/bundle-inputs.js';
import { buildWorkflowBundle } from '../../worker/workflow-bundle.js';

const logger = createLogger('worker', { LOG_LEVEL: 'fatal', LOG_FORMAT: 'json' });

const definition = (name: string, exported = 'definition') => `
export const ${exported} = {
  name: '${name}', summary: 'Does it', taskQueue: 'workflows', executionTimeout: '1 day',
  input: { type: 'object' }, output: { type: 'object' }, signals: {}, queries: {}, updates: {},
};`;
const workflow = (exported: string) => `export async function ${exported}() { return 'made by ${exported}'; }`;

const complete = {
  'send-bills/definition.ts': definition('send-bills'),
  'send-bills/workflow.ts': workflow('sendBills'),
  'charge/definition.ts': `${definition('charge')}\nexport const limit = { type: 'integer' };\nexport default definition;`,
  'charge/workflow.ts': `const charge = async () => 'made by charge';\nexport { charge };\nexport const other = 1;`,
  'shared/texts.ts': 'export const text = 1;',
  'index.ts': '',
};

function folderWith(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'atlas-workflows-')));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write('package.json', '{"type":"module"}');
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, text] of Object.entries(files)) write(join('workflows', file), text);
  const { path, catalogue } = workflowsIn(pathToFileURL(join(folder, 'workflows/index.ts')).href);
  return {
    catalogue,
    write,
    bundle: () => buildWorkflowBundle(logger, path),
    withoutPath: (text = '') => text.replaceAll(`${relative(process.cwd(), path)}/`, ''),
  };
}

test('the catalogue contains the definition of each folder, by name', async (t) => {
  const { catalogue } = folderWith(t, complete);
  t.deepEqual([...(await catalogue()).keys()], ['charge', 'send-bills', 'health-check']);
});

test('the bundle contains the workflow of each folder under its type, wherever the folder is', async (t) => {
  const { bundle } = folderWith(t, complete);
  const { code } = await bundle();
  t.regex(code, /made by sendBills/);
  t.regex(code, /["']send-bills["']: ?\(\) ?=>/);
  t.regex(code, /made by charge/);
  t.regex(code, /^\/\*\*\*\/ "data:text\/javascript,(?!.*atlas-workflows-)/m);
});

test('a new folder and a new file change the bundle', async (t) => {
  const { bundle, write } = folderWith(t, complete);
  const { inputs } = await bundle();
  t.true(areUnchanged(inputs));
  write('workflows/new/definition.ts', definition('new'));
  t.false(areUnchanged(inputs));
});

test('a product without workflows has a bundle and a catalogue', async (t) => {
  const { bundle, catalogue } = folderWith(t, { 'index.ts': '' });
  t.regex((await bundle()).code, /purge-runs/);
  t.deepEqual([...(await catalogue()).keys()], ['health-check']);
});

type Part = 'bundle' | 'catalogue';
const faults: Readonly<Record<string, readonly [Readonly<Record<string, string>>, message: string, parts: Part[]]>> = {
  'a definition without a workflow': [
    { 'charge/definition.ts': definition('charge') },
    'charge/workflow.ts is missing: add it, or remove the folder charge',
    ['bundle', 'catalogue'],
  ],
  'a workflow without a definition': [
    { 'charge/workflow.ts': workflow('charge') },
    'charge/definition.ts is missing: add it, or remove the folder charge',
    ['bundle', 'catalogue'],
  ],
  'a workflow under another name': [
    { 'send-bills/definition.ts': definition('send-bills'), 'send-bills/workflow.ts': workflow('sendAll') },
    "send-bills/workflow.ts exports no sendBills: give the workflow's function this name",
    ['bundle'],
  ],
  'a definition with the name of another': [
    { 'charge/definition.ts': definition('send-bills'), 'charge/workflow.ts': workflow('charge') },
    'charge/definition.ts has the name send-bills: set it to charge, or rename the folder',
    ['catalogue'],
  ],
  'no definition in its file': [
    { 'charge/definition.ts': 'export const charge = {};', 'charge/workflow.ts': workflow('charge') },
    'charge/definition.ts exports no definition: export the result of defineWorkflow',
    ['catalogue'],
  ],
  'two definitions in a file': [
    {
      'charge/definition.ts': definition('charge', 'a') + definition('refund', 'b'),
      'charge/workflow.ts': workflow('charge'),
    },
    'charge/definition.ts exports the definitions a and b: move one to its own file',
    ['catalogue'],
  ],
  'a reserved name': [
    { 'purge-runs/definition.ts': definition('purge-runs'), 'purge-runs/workflow.ts': workflow('purgeRuns') },
    'The workflow name purge-runs is reserved by the platform: choose another',
    ['catalogue'],
  ],
};

for (const [what, [files, message, parts]] of Object.entries(faults)) {
  test(`says in one line what is wrong: ${what}`, async (t) => {
    const product = folderWith(t, {
      'greet/definition.ts': definition('greet'),
      'greet/workflow.ts': workflow('greet'),
      ...files,
    });
    for (const part of parts) {
      const error = await t.throwsAsync<Error>(product[part](), { code: 'command-fault' });
      t.is(product.withoutPath(error?.message), message, part);
    }
  });
}
