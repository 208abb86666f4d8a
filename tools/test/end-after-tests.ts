// ava loads this in the process of each test file (`require` in ava.config.js).
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { registerCompletionHandler } from 'ava';

/** Longest time that a process may take to end after its last test and hook, in milliseconds. */
const graceMs = 4_000;

/** Ends the process of a test file that leaves something open, as after a failed `before`. ava would wait for minutes. */
registerCompletionHandler(() => {
  const end = () => {
    const file = relative(process.cwd(), fileURLToPath(test.meta.file));
    process.stderr.write(`# ${file} left a connection, server or timer open: close it in test.after.always\n`);
    process.exit();
  };
  setTimeout(end, graceMs).unref();
});
