import { spawnSync } from 'node:child_process';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectLayout } from '../project-layout.js';

/** Without git, as in an unpacked archive: folders and files that git would ignore. */
const ignored: readonly string[] = [...projectLayout.generated, '.git', '.atlas', '.env'];

export interface RepositoryFiles {
  /** Paths from `root`, with `/`. */
  readonly files: readonly string[];
  /** Why git did not name them. */
  readonly remark?: string;
}

/** The files that git tracks or would track, as far as they exist; outside a git repository all files but the generated ones. */
export function repositoryFiles(root: string): RepositoryFiles {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64e6 });
  const top = git('rev-parse', '--show-toplevel');
  if (top.status === 0 && realpathSync(top.stdout.trimEnd()) === realpathSync(root)) {
    const listed = git('ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '-z');
    // Deleted files are still listed, and so are nested repositories.
    return {
      files: listed.stdout
        .split('\0')
        .filter((file) => file !== '' && isFile(join(root, file)))
        .sort(),
    };
  }
  const why = top.error ? 'git is not installed' : 'this folder is not a git repository';
  return { files: filesBelow(root).sort(), remark: `${why}: checks all files but those in ${ignored.join(', ')}` };
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function filesBelow(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder + entry.name;
    if (ignored.includes(path)) return [];
    if (entry.isDirectory()) return filesBelow(root, `${path}/`);
    return isFile(join(root, path)) ? [path] : [];
  });
}
