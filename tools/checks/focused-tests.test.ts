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

// Split, so that the check accepts this file.
const only = ['on', 'ly'].join('');

for (const chain of [only, `serial.${only}`, `${only}.failing`]) {
  test(`reports test.${chain}`, (t) => {
    t.deepEqual(check(t, `\ntest.${chain}('x', (t) => t.pass());\n`), ['a.test.ts:2: remove .only']);
  });
}

test('accepts a file without focused tests', (t) => {
  t.deepEqual(check(t, "test.serial('the only one', (t) => t.pass());\n"), []);
});

test('fails without test files', (t) => {
  t.throws(() => findFocusedTests(tmpdir(), ['a.ts']), { message: /Found no test files/ });
});
