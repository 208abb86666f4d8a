import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findFocusedTests } from './focused-tests.js';

function check(t: ExecutionContext, text: string): string[] {
  const root = mkdtempSync(join(tmpdir(), 'atlas-focused-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'a.test.ts'), text);
  return findFocusedTests(root, ['a.test.ts']);
}

// Taken apart, so that this file is none of those that it is about.
const only = ['on', 'ly'].join('');

for (const chain of [only, `serial.${only}`, `${only}.failing`]) {
  test(`finds test.${chain}`, (t) => {
    t.deepEqual(check(t, `\ntest.${chain}('x', (t) => t.pass());\n`), ['a.test.ts:2']);
  });
}

test('finds nothing in tests that all run', (t) => {
  t.deepEqual(check(t, "test.serial('the only one', (t) => t.pass());\n"), []);
});

test('fails when it read no files', (t) => {
  t.throws(() => findFocusedTests(tmpdir(), ['a.ts']), { message: /read no files/ });
});
