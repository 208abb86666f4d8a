import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In whatever order ava's modifiers are chained; Biome knows `test.only` alone. */
const focused = /\btest(?:\.\w+)*\.only\b/;

/**
 * The lines of test files that run one test and none of the others, as `file:line`.
 * @throws when there is no test file to read
 */
export function findFocusedTests(root: string, files: readonly string[]): string[] {
  const tests = files.filter((file) => file.endsWith('.test.ts'));
  if (tests.length === 0) throw new Error(`The check of focused tests read no files below ${root}`);
  return tests.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (focused.test(line) ? [`${file}:${index + 1}`] : [])),
  );
}
