import test from 'ava';
import { bundleErrors } from './bundle-errors.js';

const listing = `asset workflow-bundle-392dd1ca70e3e4de73e8.js 1.64 MiB [emitted] [immutable] (name: main)
modules by path ./platform/ 29.2 KiB
  ./workflows/greet.ts 39 bytes [built] [code generated] [1 error]
`;
const syntax = `
ERROR in ./workflows/greet.ts
Module build failed (from ./node_modules/swc-loader/src/index.js):
Error:   x Expression expected
   ,-[/clone/workflows/greet.ts:3:1]
 1 | export const a = 1;
 2 | export async function x() {
 3 |   const y = ;
   :             ^
 4 | }
   \`----


Caused by:
    Syntax Error

Stack backtrace:
   0: <unknown>
  10: clone3
             at ./misc/../sysdeps/unix/sysv/linux/x86_64/clone3.S:81:0
 @ ./workflows/index.ts 1:0-25 1:0-25
`;
const missing = `
ERROR in ./workflows/index.ts 2:0-19
Module not found: Error: Can't resolve './nope.js' in '/clone/workflows'
resolve './nope.js' in '/clone/workflows'
  using description file: /clone/package.json (relative path: ./workflows)
 @ ./platform/workflows/bundle.ts 3:0-34 3:0-34

webpack 5.112.2 compiled with 2 errors in 3371 ms`;
const pointer = "Webpack finished with errors, if you're unsure what went wrong, visit our troubleshooting page";

test('shows the errors with their places, without what webpack writes around them', (t) => {
  t.is(
    bundleErrors([listing + syntax + missing], pointer),
    `workflows/greet.ts:3: Expression expected
 1 | export const a = 1;
 2 | export async function x() {
 3 |   const y = ;
   :             ^
 4 | }
   \`----
workflows/index.ts:2: Can't resolve './nope.js' in '/clone/workflows'`,
  );
});

test('keeps other reasons', (t) => {
  t.is(bundleErrors([], 'No space left on device'), 'No space left on device');
  t.is(bundleErrors(['a warning'], 'Disallowed modules: fs'), 'a warning\nDisallowed modules: fs');
  t.regex(bundleErrors([listing + missing], 'Disallowed modules: fs'), /^workflows\/index.*\nDisallowed modules: fs$/);
});
