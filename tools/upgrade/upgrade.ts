import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { FileChanges } from '../cli/file-changes.js';
import { namesIn } from '../init/rename.js';
import { Git } from './git.js';
import { checkOut, initialise, lacksExamples, treeOf, type Version } from './initialised-tree.js';
import { mergeJson } from './merge-json.js';

export interface Upgrade {
  readonly commit: string;
  /** Files that both sides changed in the same place. */
  readonly conflicts: readonly string[];
  /** Entries of package.json that both sides changed; the project's stayed. */
  readonly kept: readonly string[];
  /** Whether the project has packages of its own, so that package-lock.json needs an update. */
  readonly ownPackages: boolean;
}

/**
 * Merges a version of the scaffold into the working tree, without a commit; `git merge --abort` takes it back. The version that the project
 * is based on and the new one are first made what `npm run init` made of the project: otherwise its name and the removed examples
 * would conflict with every change beside them.
 * @param ref - a commit, branch or tag of the scaffold
 * @returns `undefined` if the project contains the version
 * @throws {CommandFault} nothing was changed
 */
export async function upgrade(root: string, ref: string): Promise<Upgrade | undefined> {
  const git = new Git(root);
  rejectUnready(git);
  const commit = git.commitOf(ref);
  if (!commit) throw new CommandFault(`${ref} is no commit here: name a branch or tag of the scaffold`);
  const { output: base } = git.try(['merge-base', 'HEAD', commit], { accept: [1] });
  if (!base)
    throw new CommandFault(
      `This repository and ${ref} have no commit in common: an upgrade needs the scaffold's history (for a shallow clone: git fetch --unshallow)`,
    );
  if (base === commit) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
  try {
    const [old, next] = [checkOut(git, base, join(folder, 'base')), checkOut(git, commit, join(folder, 'next'))];
    const names = namesIn(new FileChanges(root));
    const withoutExamples = await lacksExamples(old, root);
    for (const version of [old, next]) await initialise(version, names, withoutExamples);
    const packages = mergePackages(root, old, next);
    return { commit, conflicts: merge(git, treeOf(git, old), treeOf(git, next), { ref, commit }), ...packages };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws {CommandFault} */
function rejectUnready(git: Git): void {
  if (git.commitOf('MERGE_HEAD'))
    throw new CommandFault('A merge is in progress: commit it, or take it back with git merge --abort');
  const changes = git.run('status', '--porcelain');
  if (changes) throw new CommandFault(`Commit your changes first, so that the upgrade can be taken back:\n${changes}`);
}

/** Writes the merged package.json into the new version, and the project's into the old one: git then finds nothing to merge. */
function mergePackages(root: string, old: Version, next: Version): Pick<Upgrade, 'kept' | 'ownPackages'> {
  const textIn = (folder: string) => readFileSync(join(folder, 'package.json'), 'utf8');
  const jsonIn = (folder: string) => JSON.parse(textIn(folder)) as Record<string, unknown>;
  const theirs = jsonIn(next.folder);
  const { merged, kept } = mergeJson(jsonIn(old.folder), jsonIn(root), theirs);
  writeFileSync(join(next.folder, 'package.json'), `${JSON.stringify(merged, undefined, 2)}\n`);
  for (const file of ['package.json', 'package-lock.json'])
    writeFileSync(join(old.folder, file), readFileSync(join(root, file)));
  const packagesOf = (json: Record<string, unknown>) =>
    JSON.stringify(['dependencies', 'devDependencies', 'overrides'].map((key) => json[key]));
  return { kept, ownPackages: packagesOf(merged) !== packagesOf(theirs) };
}

/** @returns the files with conflicts */
function merge(git: Git, base: string, theirs: string, { ref, commit }: { ref: string; commit: string }): string[] {
  const gitFile = (name: string) => resolve(git.root, git.run('rev-parse', '--git-path', name));
  writeFileSync(gitFile('MERGE_MSG'), `Upgrade the scaffold to ${ref}\n`);
  writeFileSync(gitFile('MERGE_MODE'), 'no-ff');
  writeFileSync(gitFile('MERGE_HEAD'), `${commit}\n`);
  try {
    const env = { [`GITHEAD_${theirs}`]: ref };
    git.try(['-c', 'merge.conflictStyle=diff3', 'merge-recursive', base, '--', 'HEAD', theirs], { env, accept: [1] });
  } catch (error) {
    git.run('merge', '--abort');
    throw error;
  }
  return git.run('diff', '--name-only', '--diff-filter=U').split('\n').filter(Boolean);
}
