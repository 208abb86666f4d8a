import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';

test('tests in a git hook do not change the repository of the hook', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-hook-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
  git('init', '--quiet');
  const { status, stdout } = spawnSync(
    process.execPath,
    ['node_modules/ava/entrypoints/cli.mjs', '--tap', 'tools/checks/repository-files.test.ts'],
    {
      cwd: projectRoot,
      encoding: 'utf8',
      // As a hook in a worktree receives them.
      env: {
        PATH: process.env['PATH'],
        GIT_DIR: join(folder, '.git'),
        GIT_WORK_TREE: folder,
        GIT_INDEX_FILE: join(folder, '.git/index'),
      },
    },
  );
  t.is(git('ls-files'), '');
  t.is(status, 0, stdout);
});
