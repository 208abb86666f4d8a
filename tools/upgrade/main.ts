import { spawnSync } from 'node:child_process';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { interruption } from '../test/run-ava.js';
import { Git } from './git.js';
import { upgrade } from './upgrade.js';

const program = {
  call: 'npm run upgrade --',
  summary: `Merges the next version of the scaffold into this product, without a commit. The version comes from the remote that REF names.`,
  argument: { name: 'ref', default: 'scaffold/main' },
  notes: `REF is a branch, tag or commit of the scaffold (default: scaffold/main). Before the first upgrade:
git remote add scaffold URL

git merge --abort takes the upgrade back until you commit it.

Exit codes: 0 merged or nothing to do, 1 conflicts to resolve, a lock to update, or nothing was changed: the message says why, 64 wrong
command line, 130 Ctrl-C (143: SIGTERM, 129: SIGHUP)`,
} as const satisfies Program;

const next = `Next: read "Upgrade" in CHANGELOG.md, then
  npm run generate
  UPDATE_SNAPSHOTS=1 npx ava infra/stacks/stage-stack.test.ts
  npm run check
  npm test
  git add --all && git commit
To take the upgrade back: git merge --abort`;

const say = (line: string) => process.stdout.write(`${line}\n`);

await runProgram(program, async ({ ref }) => {
  interruption();
  fetchRemoteOf(ref);
  const done = await upgrade(projectRoot, ref);
  if (!done) {
    say(`Nothing to upgrade: this product contains ${ref}`);
    return 0;
  }
  const { commit, conflicts, kept, ownPackages } = done;
  const complete = !ownPackages || updateLock();
  say(`Merged ${ref} (${commit.slice(0, 7)}); nothing is committed yet`);
  for (const key of kept) say(`  package.json: ${key} is yours; the scaffold changed it too`);
  for (const file of conflicts) say(`  conflict: ${file}`);
  if (conflicts.length > 0) say('First: resolve the conflicts, and run git add for each of these files');
  say(next);
  return conflicts.length > 0 || !complete ? 1 : 0;
});

/** Fetches from the remote whose branch it is. @throws {CommandFault} the remote of the default is missing */
function fetchRemoteOf(ref: string): void {
  const git = new Git(projectRoot);
  const [remote = ''] = ref.split('/');
  if (git.run('remote').split('\n').includes(remote)) git.run('fetch', '--quiet', remote);
  else if (ref === program.argument.default)
    throw new CommandFault('No remote is named scaffold: git remote add scaffold URL, with the URL of the scaffold');
}

/** Adds the packages of this product to the lock of the scaffold. Runs none of their scripts. @returns whether it could */
function updateLock(): boolean {
  const args = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
  const options = { cwd: projectRoot, encoding: 'utf8', shell: process.platform === 'win32' } as const;
  const { status, stderr } = spawnSync('npm', args, options);
  if (status !== 0)
    say(`  package-lock.json lacks packages of yours: run npm ${args.slice(0, 2).join(' ')}\n${stderr}`);
  return status === 0;
}
