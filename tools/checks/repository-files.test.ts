import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { repositoryFiles } from './repository-files.js';

function createFolder(t: ExecutionContext, files: readonly string[]) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'atlas-files-')));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), file === '.gitignore' ? 'ignored\n' : '');
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'pipe' });
  return { root, git };
}

test('names the existing files that git tracks or would track', (t) => {
  const { root, git } = createFolder(t, [
    '.gitignore',
    'kept',
    'deleted',
    'folder/deleted',
    'moved',
    'ignored',
    'linked',
  ]);
  symlinkSync('linked', join(root, 'link'));
  git('init', '--quiet');
  git('add', '.');
  for (const file of ['deleted', 'folder', 'linked']) rmSync(join(root, file), { recursive: true });
  renameSync(join(root, 'moved'), join(root, 'other name'));
  mkdirSync(join(root, 'nested'));
  git('init', '--quiet', 'nested');
  t.deepEqual(repositoryFiles(root), { files: ['.gitignore', 'kept', 'other name'] });
});

for (const [where, folder] of Object.entries({ 'outside a git repository': '.', 'in a folder of another one': 'copy' }))
  test(`names all files but the generated ones ${where}`, (t) => {
    const paths = ['a/b.ts', 'node_modules/x.js', 'dist/x.js', '.env'];
    const { root, git } = createFolder(
      t,
      paths.map((path) => join(folder, path)),
    );
    if (folder !== '.') git('init', '--quiet');
    const { files, remark } = repositoryFiles(join(root, folder));
    t.deepEqual(files, ['a/b.ts']);
    t.regex(remark ?? '', /^this folder is not a git repository: checks all files but those in .*node_modules/);
  });
