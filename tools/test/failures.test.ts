import test from 'ava';
import { collectFailures } from './failures.js';

function read(output: string) {
  const failures = collectFailures();
  for (const line of output.split('\n')) failures.read(line);
  return failures.found;
}

test('finds failed tests and hooks, each with its reason', (t) => {
  const output = `ok 1 - approval › passes
not ok 2 - approval › before hook
  ---
    name: AssertionError
    details:
      'Rejected promise returned by test. Reason:': |-
        TypeError {
          message: 'no such table',
        }
    message: Rejected promise returned by test
    at: 'migrate (/atlas/platform/database/migrate.ts:32:30)'
  ...
# message: not this
not ok 3 - pay › throws # TODO
not ok 4 - refund › throws
  ---
    name: Error
    message: |-
      two lines:
      of them
  ...
not ok 5 - has no message
  ---
    name: AssertionError
    message: ''
    at: x
  ...
not ok 6 - folded
  ---
    message: >-
      docs/settings.md is not what the code gives. To accept the change, run npm run
      generate:settings.

      second paragraph
    at: >-
      x
  ...
not ok 6 - refund › without a reason`;
  t.deepEqual(read(output), [
    'approval › before hook: no such table',
    'refund › throws: two lines:',
    'has no message',
    'folded: docs/settings.md is not what the code gives. To accept the change, run npm run generate:settings.',
    'refund › without a reason',
  ]);
});

test('shortens a long reason', (t) => {
  t.is(read(`not ok 1 - long\n  ---\n    message: ${'x'.repeat(1_000)}`)[0]?.length, 'long: …'.length + 300);
});
