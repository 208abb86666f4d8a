import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { lastLines } from './log-tail.js';

function makeLog(t: ExecutionContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a.log');
  writeFileSync(file, text);
  return file;
}

test('shows the last twenty lines', (t) => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  t.deepEqual(lastLines(makeLog(t, `${lines.join('\n')}\n`)), lines.slice(10));
});

test('formats JSON as one line each', (t) => {
  const [line, ...others] = lastLines(
    makeLog(t, '{"level":"error","time":"2026-01-01T00:00:00.000Z","msg":"Went wrong","port":3000}\n'),
  );
  t.regex(line ?? '', /ERROR: Went wrong .*"port":3000/);
  t.deepEqual(others, []);
});

test('reads only the end of a long log, from the start of a line', (t) => {
  const lines = lastLines(makeLog(t, `${'x'.repeat(100_000)}\nlast\n`));
  t.deepEqual(lines, ['last']);
});

test('a log that does not exist has no lines', (t) => {
  t.deepEqual(lastLines('/nowhere/a.log'), []);
});

test('shows the lines of one process from where they begin', (t) => {
  const before = 'of another process\n';
  t.deepEqual(lastLines(makeLog(t, `${before}one\ntwo\n`), before.length), ['one', 'two']);
});
