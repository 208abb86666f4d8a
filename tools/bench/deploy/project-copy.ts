import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../../platform/settings/project.js';
import { runCommand } from './run-command.js';

export interface ProjectCopy {
  readonly folder: string;
  /** Unique text in every command of the copied Dockerfile. */
  readonly mark: string;
}

/** Copies files that git tracks, or would track, and links node_modules of this clone. */
export async function copyFiles(folder: string): Promise<void> {
  const { stdout } = await runCommand('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
  });
  // git also lists deleted files.
  for (const file of stdout.split('\0').filter((name) => name !== '' && existsSync(join(projectRoot, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(projectRoot, file), join(folder, file));
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
}

/**
 * Copies the project. The mark in its Dockerfile keeps the engine from using the cache of earlier builds, and identifies the cache of this
 * one for removal.
 */
export async function copyProject(folder: string): Promise<ProjectCopy> {
  await copyFiles(folder);
  const mark = `atlas-bench-${randomBytes(6).toString('hex')}`;
  const dockerfile = join(folder, 'Dockerfile');
  writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replaceAll(/^RUN /gm, `RUN : ${mark} && `));
  return { folder, mark };
}
