import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { until } from '../../platform/testing/support/until.js';
import { Screen } from '../cli/screen.js';
import { followLogs } from './follow-logs.js';

function follow(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  const file = join(folder, 'worker.log');
  const end = new AbortController();
  t.teardown(() => {
    end.abort();
    rmSync(folder, { recursive: true, force: true });
  });
  const shown: string[] = [];
  const screen = new Screen({ write: (text) => shown.push(text.trimEnd()) }, {});
  return {
    file,
    logs: followLogs([{ service: 'worker', file }], screen, end.signal),
    shown,
    write: (...lines: string[]) => appendFileSync(file, lines.map((line) => `${line}\n`).join('')),
    has: (text: string) =>
      until(
        () => `${text} in ${shown}`,
        () => shown.some((line) => line.includes(text)),
      ),
  };
}

const warning = (msg: string, fields: object = {}) => JSON.stringify({ level: 'warn', msg, ...fields });

test('shows warnings as they are added, in a file that appears later', async (t) => {
  const { write, has } = follow(t);
  write(warning('first'));
  await has('worker: first');
  write(warning('second'));
  await t.notThrowsAsync(has('worker: second'));
});

test('reads a file from its beginning after it was emptied', async (t) => {
  const { file, write, has } = follow(t);
  write(warning('a long line of the old file'));
  await has('old file');
  writeFileSync(file, `${warning('new file')}\n`);
  await t.notThrowsAsync(has('worker: new file'));
});

test('shows a repeated warning once, and again after a restart', async (t) => {
  const { write, has, shown, logs } = follow(t);
  write(warning('again', { runId: 'one' }), warning('again', { runId: 'two' }), warning('marker'));
  await has('marker');
  t.is(shown.filter((line) => line.includes('again')).length, 1);
  logs.release(true);
  write(warning('again', { runId: 'three' }));
  await t.notThrowsAsync(has('run three'));
});

test('keeps other output while a process starts, and drops it if the start fails', async (t) => {
  const { write, has, shown, logs } = follow(t);
  write('Error: cannot import', warning('marker'));
  await has('marker');
  logs.release(false);
  write('hello from an activity');
  await has('worker: hello from an activity');
  t.false(shown.some((line) => line.includes('cannot import')));
  logs.hold();
  write('held', warning('second marker'));
  await has('second marker');
  logs.release(true);
  await t.notThrowsAsync(has('worker: held'));
});

test('drops what a process wrote just before its start failed', async (t) => {
  const { write, has, shown, logs } = follow(t);
  logs.release(true);
  write(warning('marker'));
  await has('marker');
  logs.hold();
  write('Error: cannot import', warning('a warning'));
  logs.release(false);
  write('hello from an activity');
  await has('worker: hello from an activity');
  t.true(shown.some((line) => line.includes('a warning')));
  t.false(shown.some((line) => line.includes('cannot import')));
});

test('bounds a flood of output', async (t) => {
  const { write, shown, logs } = follow(t);
  logs.release(true);
  write(...Array.from({ length: 1_000 }, (_, index) => `line ${index}`));
  await until('the remark', () => shown.some((line) => /worker: \d+ more lines in/.test(line)));
  t.true(shown.length < 100);
});
