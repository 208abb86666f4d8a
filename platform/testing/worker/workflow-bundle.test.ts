import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createLogger } from '../../observability/logger.js';
import { projectRoot } from '../../settings/project.js';
import { areUnchanged } from '../../worker/bundle-inputs.js';
import { buildWorkflowBundle, workflowBundle } from '../../worker/workflow-bundle.js';
import { fixtureWorkflows } from '../fixtures/paths.js';

const logger = createLogger('worker', { LOG_LEVEL: 'warn', LOG_FORMAT: 'json' });

function temporaryFolder(t: ExecutionContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'atlas-bundle-')));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('caches the bundle of the sources', async (t) => {
  const cache = temporaryFolder(t);
  const settings = { WORKER_BUNDLE_PATH: undefined, WORKER_BUNDLE_CACHE_DIR: cache };
  const first = await workflowBundle(settings, logger, fixtureWorkflows.path);
  const [entry = ''] = readdirSync(cache);
  const writtenAt = statSync(join(cache, entry)).mtimeMs;
  t.deepEqual(await workflowBundle(settings, logger, fixtureWorkflows.path), first);
  t.deepEqual(readdirSync(cache), [entry]);
  t.is(statSync(join(cache, entry)).mtimeMs, writtenAt);
});

/** Packages may be links. */
function pathOf(path: string): string {
  const [, packageFolder, file] = /^(node_modules\/(?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(path) ?? [];
  if (packageFolder === undefined) return join(projectRoot, path);
  return join(realpathSync(join(projectRoot, packageFolder)), file ?? '');
}

test('has tools and configuration among the inputs of a bundle', async (t) => {
  const { inputs } = await buildWorkflowBundle(logger, fixtureWorkflows.path);
  for (const path of [
    'package.json',
    'tsconfig.json',
    'platform/worker/workflow-bundle.ts',
    'node_modules/webpack/package.json',
    'node_modules/@swc/core/package.json',
    'node_modules/@temporalio/worker/package.json',
    'node_modules/@temporalio/workflow/package.json',
    'node_modules/@temporalio/workflow/lib/workflow.js',
    'node_modules/@temporalio/workflow/lib/workflow.ts',
  ])
    t.true(inputs.has(pathOf(path)), path);
});

test.serial('ignores configuration of swc and browserslist outside of the project', async (t) => {
  const root = temporaryFolder(t);
  mkdirSync(join(root, 'workflows'));
  writeFileSync(join(root, 'workflows/index.ts'), 'export const f = async () => 1;');
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'));
  // swc searches parent folders up to this one.
  process.chdir(root);
  t.teardown(() => {
    process.chdir(projectRoot);
    delete process.env['BROWSERSLIST'];
  });
  const build = async () => (await buildWorkflowBundle(logger, join(root, 'workflows/index.ts'))).code;
  const plain = await build();
  writeFileSync(join(root, 'workflows/.swcrc'), '{ "jsc": { "target": "es5" }, broken');
  process.env['BROWSERSLIST'] = 'chrome 40';
  t.true((await build()) === plain);
});

/** Each changes webpack's output for the fixture below, without changing time or size of a file that it has read. */
const changes: Record<string, (root: string) => void> = {
  'a source, with its size and times': (root) => {
    const path = join(root, 'workflows/index.ts');
    const { atime, mtime } = statSync(path);
    writeFileSync(path, readFileSync(path, 'utf8').replace('hello', 'HELLO'));
    utimesSync(path, atime, mtime);
  },
  'a file of a dependency': (root) =>
    writeFileSync(join(root, 'node_modules/dependency/lib/main.js'), 'exports.x = 2;'),
  'the main file of a dependency': (root) =>
    writeFileSync(join(root, 'node_modules/dependency/package.json'), '{"main":"lib/other.js"}'),
  'a source that is gone': (root) => rmSync(join(root, 'workflows/plain.js')),
  'TypeScript beside the JavaScript that was imported': (root) => writeFileSync(join(root, 'workflows/plain.ts'), ''),
  'a file in front of a folder of the same name': (root) => writeFileSync(join(root, 'workflows/folder.js'), ''),
  'TypeScript within a dependency': (root) =>
    writeFileSync(join(root, 'node_modules/dependency/lib/inner.ts'), 'exports.x = 3;'),
  'a new file where a computed import looks': (root) => writeFileSync(join(root, 'workflows/many/three.ts'), ''),
  'a package.json on the way': (root) => writeFileSync(join(root, 'workflows/package.json'), '{"type":"commonjs"}'),
  'a nearer copy of a dependency': (root) =>
    cpSync(join(root, 'node_modules/dependency'), join(root, 'workflows/node_modules/dependency'), { recursive: true }),
  'where a link points to': (root) => {
    rmSync(join(root, 'workflows/linked.ts'));
    symlinkSync('two.ts', join(root, 'workflows/linked.ts'));
  },
  'a link in place of a folder': (root) => {
    renameSync(join(root, 'workflows/folder'), join(root, 'elsewhere'));
    symlinkSync('../elsewhere', join(root, 'workflows/folder'));
  },
};

test('depends on files, links and missing paths', async (t) => {
  const pristine = temporaryFolder(t);
  const write = (path: string, text: string) => {
    mkdirSync(join(pristine, path, '..'), { recursive: true });
    writeFileSync(join(pristine, path), text);
  };
  const imports = ['./plain.js', './folder', './linked.js', 'dependency'];
  write(
    'workflows/index.ts',
    `${imports.map((from) => `export * from '${from}';`).join('\n')}\nexport const load = (name: string) => import(\`./many/\${name}.ts\`);\n'hello';`,
  );
  write('workflows/many/one.ts', 'export const one = 1;');
  write('workflows/plain.js', 'export const plain = 1;');
  write('workflows/folder/index.ts', 'export const folder = 1;');
  write('workflows/one.ts', 'export const one = 1;');
  write('workflows/two.ts', 'export const two = 2;');
  symlinkSync('one.ts', join(pristine, 'workflows/linked.ts'));
  write('node_modules/dependency/package.json', '{"main":"lib/main.js"}');
  write('node_modules/dependency/lib/main.js', "exports.x = require('./inner').x;");
  write('node_modules/dependency/lib/inner.js', 'exports.x = 1;');
  write('node_modules/dependency/lib/other.js', 'exports.x = 2;');
  symlinkSync(join(projectRoot, 'node_modules/@temporalio'), join(pristine, 'node_modules/@temporalio'));

  const root = temporaryFolder(t);
  const reset = () => {
    rmSync(root, { recursive: true });
    cpSync(pristine, root, { recursive: true, verbatimSymlinks: true });
  };
  reset();
  const { code, inputs } = await buildWorkflowBundle(logger, join(root, 'workflows/index.ts'));
  t.regex(code, /hello/);
  t.true(areUnchanged(inputs), 'as it was built');
  for (const [what, change] of Object.entries(changes)) {
    change(root);
    t.false(areUnchanged(inputs), what);
    reset();
    t.true(areUnchanged(inputs), `after ${what}`);
  }
});
