import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseGuide } from './guide.js';
import { performGuide } from './perform.js';

function begin(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const place = { folder, env: process.env, signal: AbortSignal.timeout(60_000) };
  return { folder, perform: (...lines: string[]) => performGuide(parseGuide('x.md', lines.join('\n')), place) };
}

test('types commands into one terminal, creates files and changes them', async (t) => {
  const { folder, perform } = begin(t);
  await perform(
    ...['Create `a/b.txt`:', '```yaml', 'one', 'two', '```'],
    ...['In `a/*.txt`:', '```diff', ' one', '-two', '+three', '```'],
    ...['```sh', "name='a world'", 'echo "hello $name" >&2', '```', '```text', 'hello a …d', '```'],
  );
  t.is(readFileSync(join(folder, 'a/b.txt'), 'utf8'), 'one\nthree\n');
});

test('names guide and line of what differs', async (t) => {
  const { folder, perform } = begin(t);
  writeFileSync(join(folder, 'a'), 'x\n');
  const code = 'guide-fault';
  await t.throwsAsync(perform('', '```sh', 'true', 'echo why; exit 3', '```'), {
    code,
    message: /^x\.md:4: .*echo why; exit 3 exited with code 3:\nwhy/,
  });
  await t.throwsAsync(perform('```sh', 'echo a', '```', '```text', 'b', '```'), {
    code,
    message: /^x\.md:1: the output lacks\nb\nThe output:\na/,
  });
  await t.throwsAsync(perform('Create `a`:', '```ts', '```'), { code, message: 'x.md:2: a already exists' });
  await t.throwsAsync(perform('Replace `b`:', '```ts', '```'), { code, message: 'x.md:2: b does not exist' });
  await t.throwsAsync(perform('In `a`:', '```diff', '-y', '+z', '```'), {
    code,
    message: /^x\.md:3: a: the file does not contain these lines:\ny\nThe file:\nx/,
  });
});

test('keeps a command that ends with & running until the end, and repeats requests until the answer is as described', async (t) => {
  const { folder, perform } = begin(t);
  const program = `setTimeout(() => {
    const server = require('node:http').createServer((_, answer) => answer.end(String(process.pid)));
    server.listen(0, () => require('node:fs').writeFileSync('port', String(server.address().port)));
  }, 300)`;
  writeFileSync(join(folder, 'server.cjs'), program);
  await perform(
    ...['```sh', 'node server.cjs &', '```'],
    ...['```sh', 'curl -sS "http://127.0.0.1:$(cat port)" -o pid', '```'],
  );
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  t.true(pid > 0);
  t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});
