import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';

const loader = new URL('./load-typescript.mjs', import.meta.url).href;

function setUp(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'atlas-test-')));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const save = (file: string, content: string) => writeFileSync(join(folder, file), content);
  for (const [file, content] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) save(file, content);
  const run = (file: string) => spawnSync('node', [`--import=${loader}`, join(folder, file)], { encoding: 'utf8' });
  return { folder, save, run };
}

test('runs the sources under their own names and lines', (t) => {
  const { folder, run } = setUp(t, {
    'main.ts': `interface Place {
  readonly line: string;
}
import { createRequire } from 'node:module';
import { two } from './two.js';
import { three } from './three.mjs';
const required = createRequire(import.meta.url)('./two.ts').two;
const place: Place = { line: new Error().stack!.split('\\n')[1]! };
console.log(two as number, three, required, import.meta.url, place.line);`,
    'two.ts': 'export const two: number = 2;',
    'three.mjs': `import { two } from './two.js';
export const three = two + 1;`,
  });
  const { stdout, stderr } = run('main.ts');
  t.is(stdout.trim(), `2 3 2 file://${folder}/main.ts     at <anonymous> (${folder}/main.ts:8:30)`, stderr);
});

test('names the line that cannot be compiled, and runs the file when it is fixed', (t) => {
  const { folder, save, run } = setUp(t, { 'main.ts': `import './two.js';`, 'two.ts': '\nconst = 1;' });
  const failed = run('main.ts');
  t.is(failed.status, 1);
  t.true(failed.stderr.includes(`${folder}/two.ts:2:6: ERROR: Expected identifier`), failed.stderr);
  save('two.ts', 'console.log(2);');
  t.is(run('main.ts').stdout, '2\n');
});
