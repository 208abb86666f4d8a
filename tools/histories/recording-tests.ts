import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';

const folders = ['test/workflows', 'platform/testing/workflows'];

/**
 * The test files that record histories.
 * @param workflow - only the file that is named after it, if that records any
 * @throws {CommandFault} no test records a history
 */
export function recordingTests(root: string, workflow: string | undefined): string[] {
  const all = folders
    .flatMap((folder) =>
      existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((file) => `${folder}/${file}`) : [],
    )
    .filter((file) => file.endsWith('.test.ts') && readFileSync(join(root, file), 'utf8').includes('.recordHistory('));
  const own = all.filter((file) => file.endsWith(`/${workflow}.test.ts`));
  if (all.length === 0) throw new CommandFault('No test calls recordHistory (docs/workflows.md, Record its history)');
  return own.length > 0 ? own : all;
}
