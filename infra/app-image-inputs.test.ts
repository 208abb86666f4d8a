import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../platform/settings/project.js';
import { appImageInputs } from './app-image-inputs.js';

const baseImage = 'node:24-trixie-slim';
const allowList = ['# what is sent', '', '*', '!package.json', '!api', '!config/*.ts', '**/*.test.ts', '**/.*'];

function setUp(t: ExecutionContext, ignored: readonly string[] = allowList) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-image-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const write = (file: string, text = file) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write('.dockerignore', `${ignored.join('\n')}\n`);
  for (const file of ['Dockerfile', 'package.json', 'api/main.ts', 'api/routes/runs.ts', 'config/names.ts'])
    write(file);
  const inputs = () => appImageInputs(root, baseImage);
  return { root, path: (file: string) => join(root, file), write, inputs };
}

const sent = ['Dockerfile', 'api/main.ts', 'api/routes/runs.ts', 'config/names.ts', 'package.json'];

test('lists the included files and the Dockerfile', (t) => {
  const { write, inputs } = setUp(t);
  for (const file of [
    ...['.env', 'README.md', 'api.ts', 'package.json.orig', 'node_modules/koa/package.json', 'docs/api/main.ts'],
    ...['api/main.test.ts', 'api/routes/runs.test.ts', 'api/.DS_Store', 'api/.cache/main.ts'],
    ...['config/generate/main.ts', 'config/names.ts.orig', 'xconfig/names.ts', 'config/namesXts'],
  ])
    write(file);
  t.deepEqual(inputs().files, sent);
});

test('the last line that matches decides', (t) => {
  const { write, inputs } = setUp(t, ['*', '!api', 'api/routes', '!api/routes/runs.ts']);
  write('api/routes/start.ts');
  t.deepEqual(inputs().files, ['Dockerfile', 'api/main.ts', 'api/routes/runs.ts']);
});

test('without a star everything is sent that no line leaves out', (t) => {
  const { write, inputs } = setUp(t, ['config', 'api/*.ts', '**/read*e.md']);
  for (const file of ['readme.md', 'api/routes/readme.md', 'readme.md.orig']) write(file);
  t.deepEqual(inputs().files, ['.dockerignore', 'Dockerfile', 'api/routes/runs.ts', 'package.json', 'readme.md.orig']);
});

test('lines may end as on Windows', (t) => {
  const { inputs } = setUp(t, [allowList.join('\r\n')]);
  t.deepEqual(inputs().files, sent);
});

test('knows the patterns that Docker knows', (t) => {
  const { write, inputs } = setUp(t, ['*', '!api', '!config', 'api/r?utes', '/config/[a-m]*']);
  write('config/zones.ts');
  t.deepEqual(inputs().files, ['Dockerfile', 'api/main.ts', 'config/names.ts', 'config/zones.ts']);
});

test('without a .dockerignore nothing is computed', (t) => {
  const { path, inputs } = setUp(t);
  unlinkSync(path('.dockerignore'));
  t.throws(inputs, { code: 'ENOENT' });
});

test('the hash stays when no input changes', (t) => {
  const { path, write, inputs } = setUp(t);
  const before = inputs();
  utimesSync(path('api/main.ts'), 1, 1);
  chmodSync(path('api/main.ts'), 0o600);
  for (const file of ['.env', 'api/main.test.ts', 'node_modules/koa/index.js']) write(file);
  mkdirSync(path('api/empty'));
  write('.dockerignore', `# other words\n${readFileSync(path('.dockerignore'), 'utf8')}docs\n`);
  t.deepEqual(inputs(), before);
});

test('the hash is the same in another folder', (t) => {
  const { root, inputs } = setUp(t);
  const copy = setUp(t).root;
  cpSync(root, copy, { recursive: true });
  t.is(appImageInputs(copy, baseImage).hash, inputs().hash);
});

for (const [change, make] of [
  ['a source', ({ write }) => write('api/main.ts', 'other')],
  ['the Dockerfile', ({ write }) => write('Dockerfile', 'other')],
  ['a new file', ({ write }) => write('api/new.ts')],
  ['a file that is gone', ({ path }) => unlinkSync(path('api/main.ts'))],
  ['a file of another name', ({ path }) => renameSync(path('api/main.ts'), path('api/mains.ts'))],
  ['a file that may be executed now', ({ path }) => chmodSync(path('api/main.ts'), 0o755)],
  ['a file that .dockerignore lets in now', ({ write }) => write('.dockerignore', '*\n!package.json\n!api\n')],
] satisfies [string, (folder: ReturnType<typeof setUp>) => void][])
  test(`${change} changes the hash`, (t) => {
    const folder = setUp(t);
    const before = folder.inputs().hash;
    make(folder);
    t.not(folder.inputs().hash, before);
  });

test('where a symbolic link points to changes the hash, what it points to does not', (t) => {
  const { path, write, inputs } = setUp(t);
  symlinkSync('../outside.ts', path('api/link.ts'));
  const before = inputs();
  t.true(before.files.includes('api/link.ts'));
  write('outside.ts', 'other');
  t.is(inputs().hash, before.hash);
  unlinkSync(path('api/link.ts'));
  symlinkSync('../elsewhere.ts', path('api/link.ts'));
  t.not(inputs().hash, before.hash);
});

test('another base image changes the hash', (t) => {
  const { root, inputs } = setUp(t);
  t.not(appImageInputs(root, `${baseImage}@sha256:${'0'.repeat(64)}`).hash, inputs().hash);
});

test('what of a file moves into the next one changes the hash', (t) => {
  const { write, inputs } = setUp(t);
  write('api/a.ts', 'one');
  write('api/b.ts', 'two');
  const before = inputs().hash;
  write('api/a.ts', 'onetwo');
  write('api/b.ts', '');
  t.not(inputs().hash, before);
});

test('the sources that are sent are those that the build compiles', (t) => {
  const tsc = join(projectRoot, 'node_modules/@typescript/native/bin/tsc');
  const compiled = execFileSync(
    process.execPath,
    [tsc, '--project', 'tsconfig.build.json', '--noCheck', '--listFilesOnly'],
    { cwd: projectRoot, encoding: 'utf8' },
  )
    .split('\n')
    .filter((file) => file.startsWith(projectRoot) && !file.includes('/node_modules/'))
    .map((file) => file.slice(projectRoot.length + 1));
  const sent = appImageInputs(projectRoot, baseImage).files.filter((file) => file.endsWith('.ts'));
  t.deepEqual(
    compiled.filter((file) => file.endsWith('.ts') && !sent.includes(file)),
    [],
  );
});
