import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../platform/settings/project.js';
import { runCommand } from '../run-command.js';

/** Copies files that git tracks, or would track, and links node_modules of this clone. */
export async function copyFiles(folder: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await runCommand('git', list, { cwd: projectRoot });
  // git also lists deleted files.
  for (const file of stdout.split('\0').filter((name) => name !== '' && existsSync(join(projectRoot, name))))
    cpSync(join(projectRoot, file), join(folder, file));
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
}
