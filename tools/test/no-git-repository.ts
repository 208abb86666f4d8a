// ava loads this in the process of each test file (`require` in ava.config.js).
import { execFileSync } from 'node:child_process';

/**
 * Git passes the place of its repository to hooks and to `git rebase --exec`. Without this, tests there that make repositories of their
 * own would commit to that one.
 */
function forgetRepository(): void {
  if (!Object.keys(process.env).some((name) => name.startsWith('GIT_'))) return;
  const names = execFileSync('git', ['rev-parse', '--local-env-vars'], { encoding: 'utf8' });
  for (const name of names.split('\n').filter(Boolean)) delete process.env[name];
}

forgetRepository();
