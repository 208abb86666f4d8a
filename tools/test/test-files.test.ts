import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { chooseTestFiles } from './test-files.js';

const root = mkdtempSync(join(tmpdir(), 'atlas-test-files-'));
const pay = 'test/workflows/pay.test.ts';
const refund = 'test/workflows/refund.test.ts';
const unit = 'activities/payments.test.ts';
const deploy = 'tools/deploy/test/stage.test.ts';
const others = ['test/workflows/support.ts', 'node_modules/a/pay.test.ts', 'dist/pay.test.ts', '.cache/pay.test.ts'];
for (const file of [pay, refund, unit, deploy, ...others, 'workflows/definition.ts', 'migrations/index.ts']) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), '');
}
test.after.always(() => rmSync(root, { recursive: true }));

const chosen: Readonly<Record<string, readonly string[]>> = {
  [pay]: [pay],
  [`./${pay}`]: [pay],
  [join(root, pay)]: [pay],
  [`${pay}:12`]: [`${pay}:12`],
  test: [pay, refund],
  'test/workflows/': [pay, refund],
  'test/*/r*.test.ts': [refund],
  '**/pay*.test.ts': [unit, pay],
  pay: [unit, pay],
  '.': [unit, pay, refund],
};
for (const [argument, files] of Object.entries(chosen))
  test(`${argument.replace(root, '<root>')} names ${files.join(', ')}`, (t) => {
    t.deepEqual(chooseTestFiles(root, [argument]).sort(), files);
  });

test('a path with / at its end is a folder, not a part of a path', (t) => {
  t.deepEqual(chooseTestFiles(root, [pay, 'workflows/', 'migrations/']), [pay]);
  t.throws(() => chooseTestFiles(root, ['workflows/']), { message: /^workflows\/ names no test file/ });
});

test('takes each file once, and skips files without tests beside others', (t) => {
  t.deepEqual(chooseTestFiles(root, [pay, 'test/workflows/support.ts', 'pay.test']), [pay]);
});

const faults: Readonly<Record<string, string>> = {
  'test/workflows/pai.test.ts': `test/workflows/pai.test.ts names no test file; did you mean ${pay}?`,
  'refunds.test.ts': `refunds.test.ts names no test file; did you mean ${refund}?`,
  'something-else': 'something-else names no test file',
  'test/workflows/support.ts': 'test/workflows/support.ts names no test file: the names of test files end in .test.ts',
  [deploy]: `Tests of stages run with another command: npm run test:deploy -- ${deploy}`,
};
for (const [argument, message] of Object.entries(faults))
  test(`rejects ${argument}`, (t) => {
    t.throws(() => chooseTestFiles(root, [argument]), { code: 'usage-error', message });
  });
