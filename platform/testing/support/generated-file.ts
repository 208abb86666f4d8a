import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { projectRoot } from '../../settings/project.js';

/** Longest difference that is shown. */
const longest = { lines: 60, lineLength: 200 } as const;

/**
 * Asserts that a file of the repository has the text that the code gives. Otherwise shows the difference and the command.
 * @param path - from the project's root
 * @param update - the command that writes the file
 */
export function matchesFile(t: ExecutionContext, path: string, text: string, update: string): void {
  const fault = faultOf(path, text, update);
  const [reason, ...difference] = fault?.split('\n') ?? [];
  // ava wraps the lines of a message, but not those of a log.
  if (difference.length > 0) t.log(difference.join('\n'));
  if (fault === undefined) t.pass();
  else t.fail(reason);
}

/** Why `matchesFile` fails; `undefined` if it passes. */
export function faultOf(path: string, text: string, update: string): string | undefined {
  const file = join(projectRoot, path);
  if (!existsSync(file)) return `${path} is missing. To create it, run ${update}`;
  if (readFileSync(file, 'utf8') === text) return undefined;
  return `${path} is not what the code gives. To accept the change, run ${update}, and review git diff.
- ${path}
+ the code
${differenceOf(file, text)}`;
}

/** The difference between a file and a text, in the unified format; shortened if it is long. */
export function differenceOf(file: string, text: string): string {
  const options = ['--no-index', '--no-color', '--no-ext-diff', '--no-textconv', '--text', '--unified=2'];
  const { stdout, error } = spawnSync('git', ['diff', ...options, '--', file, '-'], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  if (error) return `(no difference to show: ${error.message})`;
  const lines = stdout.split('\n');
  const hunks = lines.slice(lines.findIndex((line) => line.startsWith('@@'))).filter((line) => line !== '');
  const shown = hunks
    .slice(0, longest.lines)
    .map((line) => (line.length > longest.lineLength ? `${line.slice(0, longest.lineLength)}…` : line));
  const left = hunks.length - shown.length;
  return [...shown, ...(left > 0 ? [`… ${left} more lines`] : [])].join('\n');
}
