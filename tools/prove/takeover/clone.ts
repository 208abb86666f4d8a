import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../platform/settings/project.js';
import { copyFiles } from '../../bench/deploy/project-copy.js';
import { runCommand } from '../../bench/run-command.js';
import '../../test/no-git-repository.js';
import { withoutSettings } from '../../test/own-settings.js';
import { createProofs, type Proofs } from './proofs.js';

/** A team's clone of the scaffold. */
export interface Clone extends Proofs {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a program in the clone. @returns its output @throws it fails */
  run(command: string, longestMs?: number): Promise<string>;
  /** Commits everything, if there is a change. @returns the commit */
  commit(subject: string): Promise<string>;
}

/** The settings of this clone, and of whoever runs the test, must not reach the copies. */
const environment = (): NodeJS.ProcessEnv => {
  const others = Object.entries(withoutSettings(process.env)).filter(([name]) => !name.startsWith('npm_'));
  return { ...Object.fromEntries(others), NO_COLOR: '1' };
};

/** Each clone has its own caches, which commands in two clones write at the same time. */
function linkPackages(folder: string): void {
  const installed = join(projectRoot, 'node_modules');
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(installed))
    if (name !== '.cache') symlinkSync(join(installed, name), join(folder, 'node_modules', name));
}

/** Copies of this repository in a temporary folder: the scaffold, with one commit, and clones of it. */
export class Scaffold {
  readonly #temporary = mkdtempSync(join(tmpdir(), 'takeover-'));
  readonly folder = join(this.#temporary, 'scaffold');

  constructor(private readonly signal: AbortSignal) {
    // As root, npm start runs PostgreSQL under another account, which must reach its data.
    chmodSync(this.#temporary, 0o755);
  }

  /** Await it first. */
  async make(): Promise<void> {
    mkdirSync(this.folder);
    await copyFiles(this.folder);
    rmSync(join(this.folder, 'node_modules'));
    await this.#git(this.folder, 'init', '--quiet', '--initial-branch=main');
    await this.#identify(this.folder);
    await this.#git(this.folder, 'add', '--all');
    await this.#git(this.folder, 'commit', '--quiet', '--message', 'The scaffold');
  }

  /** Commits a next version, which an upgrade can take. */
  async publishNext(): Promise<void> {
    appendFileSync(join(this.folder, 'platform/workflows/run-id.ts'), '\n// Written for the next version.\n');
    appendFileSync(join(this.folder, 'docs/workflows.md'), '\nWritten for the next version.\n');
    await this.#git(this.folder, 'commit', '--quiet', '--all', '--message', 'The next version');
  }

  async clone(name: string): Promise<Clone> {
    const folder = join(this.#temporary, name);
    await this.#git(this.#temporary, 'clone', '--quiet', this.folder, folder);
    await this.#identify(folder);
    linkPackages(folder);
    const env = environment();
    const run = async (command: string, longestMs = 20 * 60_000) =>
      (await runCommand('bash', ['-c', command], { cwd: folder, env, signal: this.signal, longestMs })).stdout;
    return {
      folder,
      env,
      run,
      ...createProofs(run),
      commit: async (subject) => {
        await this.#git(folder, 'add', '--all');
        if ((await this.#git(folder, 'status', '--porcelain')) !== '')
          await this.#git(folder, 'commit', '--quiet', '--message', subject);
        return (await this.#git(folder, 'rev-parse', 'HEAD')).trim();
      },
    };
  }

  remove(): void {
    if (existsSync(this.#temporary)) rmSync(this.#temporary, { recursive: true, force: true });
  }

  async #git(folder: string, ...args: string[]): Promise<string> {
    return (await runCommand('git', args, { cwd: folder, signal: this.signal })).stdout;
  }

  async #identify(folder: string): Promise<void> {
    await this.#git(folder, 'config', 'user.name', 'A team');
    await this.#git(folder, 'config', 'user.email', 'team@example.org');
    await this.#git(folder, 'config', 'commit.gpgsign', 'false');
  }
}
