import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../../platform/settings/project.js';
import { runCommand } from './run-command.js';

export interface ProjectCopy {
  readonly folder: string;
  /** Stands in every command of the copied Dockerfile, and in no other's. */
  readonly mark: string;
}

/** Copies what git tracks, or would, into a folder, with the packages of this clone. */
export async function copyFiles(folder: string): Promise<void> {
  const { stdout } = await runCommand('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
  });
  // A tracked file that is deleted is listed all the same.
  for (const file of stdout.split('\0').filter((name) => name !== '' && existsSync(join(projectRoot, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(projectRoot, file), join(folder, file));
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
}

/**
 * Copies the project. Each copy's Dockerfile is marked, so that the engine cannot build with what it has from earlier builds, and what
 * it keeps of this one can be found and removed.
 */
export async function copyProject(folder: string): Promise<ProjectCopy> {
  await copyFiles(folder);
  const mark = `atlas-bench-${randomBytes(6).toString('hex')}`;
  const dockerfile = join(folder, 'Dockerfile');
  writeFileSync(dockerfile, readFileSync(dockerfile, 'utf8').replaceAll(/^RUN /gm, `RUN : ${mark} && `));
  return { folder, mark };
}
