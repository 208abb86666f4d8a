import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Matches ava's modifiers in any order; Biome finds only `test.only`. */
const focused = /\btest(?:\.\w+)*\.only\b/;

/**
 * Finds tests that keep the other tests of their file from running.
 * @returns `file:line: message` for each
 * @throws there is no test file
 */
export function findFocusedTests(root: string, files: readonly string[]): string[] {
  const tests = files.filter((file) => file.endsWith('.test.ts'));
  if (tests.length === 0) throw new Error(`Found no test files below ${root}`);
  return tests.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (focused.test(line) ? [`${file}:${index + 1}: remove .only`] : [])),
  );
}
