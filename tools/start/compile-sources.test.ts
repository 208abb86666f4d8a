import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { compileSources } from './compile-sources.js';

function setUp(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const save = (file: string, content: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  const all = { 'package.json': '{"type":"module"}', 'tsconfig.json': '{}', ...files };
  for (const [file, content] of Object.entries(all)) save(file, content);
  const folder = join(root, '.atlas/compiled');
  const run = (file: string) =>
    execFileSync(process.execPath, ['--enable-source-maps', join(folder, file)], { encoding: 'utf8' }).trim();
  const compile = () => compileSources(root, folder);
  return { root, folder, save, run, compile, remove: (file: string) => rmSync(join(root, file)) };
}

test('compiled code runs, finds its data files, and names the sources in stacks', async (t) => {
  const { run, compile } = setUp(t, {
    'api/main.ts': `import { readFileSync } from 'node:fs';
import { two } from './two.js';
import { three } from './three.mjs';
const where = new Error().stack!.split('\\n')[1]!.replace(/.*\\/api/, 'api');
console.log(two as number, three, readFileSync(new URL('./four.txt', import.meta.url), 'utf8'), where);`,
    'api/two.ts': 'export const two: number = 2;',
    'api/three.mjs': `import { two } from './two.js';
export const three = two + 1;`,
    'api/four.txt': '4',
  });
  await compile();
  t.is(run('api/main.js'), '2 3 4 api/main.ts:4:15)');
});

test('compiles what changed, and removes what has no source any more', async (t) => {
  const { folder, save, remove, compile } = setUp(t, {
    'api/one.ts': 'export const one = 1;',
    'api/routes/two.ts': 'export const two = 2;',
    'api/one.test.ts': 'throw new Error();',
    'tools/three.ts': 'export const three = 3;',
  });
  await compile();
  const two = join(folder, 'api/routes/two.js');
  const before = statSync(two).ino;
  save('api/one.ts', 'export const one = 11;');
  await compile();
  t.regex(readFileSync(join(folder, 'api/one.js'), 'utf8'), /one = 11;/);
  t.is(statSync(two).ino, before);
  remove('api/routes/two.ts');
  await compile();
  t.false(existsSync(dirname(two)));
  t.false(existsSync(join(folder, 'tools')));
  t.false(existsSync(join(folder, 'api/one.test.js')));
});

test('rejects a source that cannot be compiled, and compiles it when it is fixed', async (t) => {
  const { save, run, compile } = setUp(t, { 'api/main.ts': 'const = 1;' });
  await t.throwsAsync(compile(), { message: /Expected identifier/ });
  save('api/main.ts', 'console.log(1);');
  await compile();
  t.is(run('api/main.js'), '1');
});

test('compiles again for other compiler options', async (t) => {
  const { save, run, compile } = setUp(t, {
    'api/main.ts': `class A { x: unknown; } console.log(Object.keys(new A()).length);`,
  });
  await compile();
  t.is(run('api/main.js'), '1');
  save('tsconfig.json', '{"compilerOptions":{"useDefineForClassFields":false}}');
  await compile();
  t.is(run('api/main.js'), '0');
});
