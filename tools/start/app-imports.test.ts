import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { AppImports } from './app-imports.js';

function setUp(t: ExecutionContext) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'atlas-test-')));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  mkdirSync(join(folder, 'node_modules/a'), { recursive: true });
  const imports = new AppImports(join(folder, 'imports'), 'api');
  const run = () => {
    const tsx = import.meta.resolve('tsx');
    const args = [...imports.nextOptions(), '--import', tsx, join(folder, 'main.ts')];
    return spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder });
  };
  const names = () => [...imports.files()].map((file) => file.slice(folder.length + 1)).sort();
  return { write, run, names, imports };
}

test('knows what a process loads: TypeScript, JSON, CommonJS and dynamic imports, but no types and no packages', (t) => {
  const { write, run, names } = setUp(t);
  write('package.json', '{ "type": "module" }');
  write('node_modules/a/index.js', 'export default 1');
  write('node_modules/a/package.json', '{ "name": "a", "type": "module", "main": "index.js" }');
  write(
    'main.ts',
    `import type { T } from './types.js'; import './a.js'; import 'a'; console.log(JSON.stringify({} as T));`,
  );
  write('types.ts', 'export type T = object;');
  write(
    'a.ts',
    `import data from './data.json' with { type: 'json' }; console.log(data); await import('./dynamic.js');`,
  );
  write('data.json', '{}');
  write('dynamic.ts', `import { createRequire } from 'node:module'; createRequire(import.meta.url)('./common.cjs');`);
  write('common.cjs', '');
  const { status, stderr } = run();
  t.is(status, 0, stderr);
  t.deepEqual(names(), ['a.ts', 'common.cjs', 'data.json', 'dynamic.ts', 'main.ts']);
});

test('counts what a failed process tried to load, until the next one', (t) => {
  const { write, run, names, imports } = setUp(t);
  write('package.json', '{ "type": "module" }');
  write('main.ts', `import './old.js';`);
  write('old.ts', '');
  t.is(run().status, 0);
  write('main.ts', `import './broken.js';`);
  write('broken.ts', 'const = 1;');
  t.not(run().status, 0);
  t.deepEqual(names(), ['broken.ts', 'main.ts', 'old.ts']);
  write('main.ts', '');
  t.is(run().status, 0);
  imports.forgetPrevious();
  t.deepEqual(names(), ['main.ts']);
});
