import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { projectRoot } from '../../platform/settings/project.js';

const biome = join(projectRoot, 'node_modules/@biomejs/biome/bin/biome');

/** Formats a source text and sorts its imports as `npm run format` does. @param path - decides the language and the rules */
export function formatted(path: string, text: string): string {
  const args = [biome, 'check', '--write', `--stdin-file-path=${path}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: projectRoot,
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new CommandFault(`${path} cannot be formatted:\n${stderr}`);
  return stdout;
}
