import { existsSync, readdirSync } from 'node:fs';
import { basename, isAbsolute, join, relative } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { UsageError } from '../cli/command-line.mjs';
import { projectLayout } from '../project-layout.js';

/** Tests of stages, which run with `npm run test:deploy`. */
const deployTests = 'tools/deploy/test/';
const generated: readonly string[] = projectLayout.generated;

/** The paths of all test files below `root`, with `/`. */
function testFilesIn(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder + entry.name;
    if (entry.name.startsWith('.') || generated.includes(path)) return [];
    if (entry.isDirectory()) return testFilesIn(root, `${path}/`);
    return path.endsWith('.test.ts') ? [path] : [];
  });
}

/**
 * The test files that `given` names: files, folders, patterns with `*` and `?`, or parts of paths. A path that ends with `/` is a folder. A
 * file may end in `:12`, the line of a test, which stays. Skips existing files without tests if other arguments name tests: a shell's
 * pattern may match them.
 * @throws {UsageError} one of them names no test file
 */
export function chooseTestFiles(root: string, given: readonly string[]): string[] {
  const all = testFilesIn(root);
  const chosen = given.map((argument) => ({ argument, files: namedBy(pathOf(root, argument), all) }));
  const isEmpty = chosen.every(({ files }) => files.length === 0);
  for (const { argument, files } of chosen) {
    if (files.length > 0 || (!isEmpty && existsSync(join(root, pathOf(root, argument))))) continue;
    throw new UsageError(`${argument} names no test file${adviceFor(root, pathOf(root, argument), all)}`);
  }
  const files = [...new Set(chosen.flatMap((choice) => choice.files))];
  const forNpmTest = files.filter((file) => !file.startsWith(deployTests));
  if (forNpmTest.length === 0)
    throw new UsageError(`Tests of stages run with another command: npm run test:deploy -- ${files.join(' ')}`);
  return forNpmTest;
}

const pathOf = (root: string, argument: string): string =>
  (isAbsolute(argument) ? relative(root, argument) : argument).replace(/^\.\//, '');

function namedBy(path: string, all: readonly string[]): string[] {
  const [, file = path, lines = ''] = /^(.*\.test\.ts)(:[\d,-]+)$/.exec(path) ?? [];
  if (all.includes(file)) return [`${file}${lines}`];
  const folder = path.endsWith('/') ? path : `${path}/`;
  const below = all.filter((known) => path === '.' || known.startsWith(folder));
  if (below.length > 0 || path.endsWith('/')) return below;
  const pattern = patternOf(path);
  return all.filter((known) => (pattern ? pattern.test(known) : known.includes(path)));
}

const wildcards = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' } as const;

function patternOf(glob: string): RegExp | undefined {
  if (!/[*?]/.test(glob)) return undefined;
  const escaped = glob.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/\*\*\/|\*\*|\*|\?/g, (found) => wildcards[found as '*'])}$`);
}

function adviceFor(root: string, path: string, all: readonly string[]): string {
  if (existsSync(join(root, path))) return ': the names of test files end in .test.ts';
  const part = path.includes('/') ? (file: string) => file : (file: string) => basename(file);
  const nearest = all.find((file) => part(file) === closest(path, all.map(part)));
  const isNear = nearest !== undefined && distance(path, part(nearest)) <= Math.max(path.length, 9) / 3;
  return isNear ? `; did you mean ${nearest}?` : '';
}
