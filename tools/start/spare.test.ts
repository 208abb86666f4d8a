import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { until } from '../../platform/testing/support/until.js';

const spare = fileURLToPath(new URL('./spare.mjs', import.meta.url));

interface Program {
  readonly process: ChildProcess;
  output(): string;
  readonly code: Promise<unknown>;
  saveProduct(value: string): void;
}

/** A program that imports a module of the product, and one of the platform, which says when it is loaded. */
function start(t: ExecutionContext): Program {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'atlas-test-')));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['platform', 'api', 'worker']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'platform/serve.js'), `console.log('platform');`);
  const saveProduct = (value: string) =>
    writeFileSync(join(folder, 'api/product.js'), `export const value = ${value};`);
  writeFileSync(
    join(folder, 'worker/main.js'),
    `import { value } from "../api/product.js";
import "../platform/serve.js";
console.log(JSON.stringify([value, process.argv[1], process.env.KEPT, process.env.PORT, process.uptime()]));`,
  );
  const env = { ...process.env, KEPT: 'kept', PORT: '1' };
  const child = spawn(process.execPath, [spare, join(folder, 'worker/main.js')], { env });
  t.teardown(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text.replaceAll(folder, '');
    });
  }
  saveProduct('before');
  return { process: child, output: () => output, code: once(child, 'close').then(([code]) => code), saveProduct };
}

test('loads the platform, and runs the program with the product as it is then', async (t) => {
  const program = start(t);
  await until('the platform is loaded', () => program.output() === 'platform\n');
  program.saveProduct(`'now'`);
  const releasedAt = performance.now();
  program.process.stdin?.end(JSON.stringify({ PORT: '2' }));
  t.is(await program.code, 0);
  const seconds = (performance.now() - releasedAt) / 1_000;
  const [first, second = ''] = program.output().split('\n');
  const [uptime, ...rest] = (JSON.parse(second) as unknown[]).reverse();
  t.deepEqual([first, ...rest.reverse()], ['platform', 'now', '/worker/main.js', 'kept', '2']);
  t.true((uptime as number) < seconds, 'its time begins with its release');
});

test('ends without the program if its supervisor does', async (t) => {
  const program = start(t);
  program.process.stdin?.end();
  t.is(await program.code, 0);
  t.is(program.output(), 'platform\n');
});

test('fails as the program does', async (t) => {
  const program = start(t);
  program.saveProduct('= 1');
  program.process.stdin?.end('{}');
  t.is(await program.code, 1);
  t.regex(program.output(), /\/api\/product\.js:1\n(.*\n)*SyntaxError/);
});
