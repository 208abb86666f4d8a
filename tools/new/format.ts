import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';

const biome = join(projectRoot, 'node_modules/@biomejs/biome/bin/biome');

/** Formats sources and sorts their imports, as `npm run format` does. @returns the output if a file cannot be formatted */
export function formatFiles(paths: readonly string[]): string | undefined {
  const args = [biome, 'check', '--write', '--colors=off', ...paths];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: 'utf8' });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}
