import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../platform/settings/project.js';
import { repositoryFiles } from '../../checks/repository-files.js';

/** Copies files that git tracks, or would track, and links node_modules of this clone. */
export function copyFiles(folder: string): void {
  for (const file of repositoryFiles(projectRoot).files) cpSync(join(projectRoot, file), join(folder, file));
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
}
