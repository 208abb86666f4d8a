import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { type Check, runChecks } from './run-checks.js';

async function outputOf(checks: Readonly<Record<string, Check>>) {
  let output = '';
  const failed = await runChecks(checks, 2, (text) => {
    output += text;
  });
  return { failed, output: output.replaceAll(/\d+\.\d s/g, '0 s') };
}

test('writes the results in order, and after faults what mends them', async (t) => {
  const { failed, output } = await outputOf({
    slow: { run: () => setImmediate([]), fix: 'not shown' },
    wrong: { run: () => ['a.ts:1: is wrong'], fix: 'npm run format' },
    absent: { run: async () => ({ notRun: 'hadolint is not installed' }) },
    broken: {
      run: () => {
        throw new Error('no such folder');
      },
    },
  });
  t.deepEqual(failed, ['wrong', 'broken']);
  t.is(
    output,
    `✔ slow (0 s)
✘ wrong (0 s)
    a.ts:1: is wrong
    → npm run format
- absent: not run: hadolint is not installed
✘ broken (0 s)
    Error: no such folder
`,
  );
});

test('runs no more checks at a time than it may', async (t) => {
  let running = 0;
  let most = 0;
  const check: Check = {
    run: async () => {
      most = Math.max(most, ++running);
      await setImmediate();
      running -= 1;
      return [];
    },
  };
  await outputOf({ a: check, b: check, c: check, d: check, e: check });
  t.is(most, 2);
});
