import { spawnSync } from 'node:child_process';
import { CommandFault } from '../../platform/errors/command-fault.js';

interface GitOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Exit codes besides 0 that are no fault. */
  readonly accept?: readonly number[];
}

/** git in one repository. */
export class Git {
  constructor(readonly root: string) {}

  /** @returns exit code and output @throws {CommandFault} git fails */
  try(args: readonly string[], { input, env, accept = [] }: GitOptions = {}): { code: number; output: string } {
    const options = { cwd: this.root, encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, ...env } } as const;
    const { status, signal, stdout, stderr, error } = spawnSync('git', args, {
      ...options,
      ...(input !== undefined && { input }),
    });
    if (error) throw new CommandFault(`git cannot be started: ${error.message}`);
    if (signal) throw new CommandFault(`git ${args.join(' ')} was stopped by ${signal}`);
    if (status === null || (status !== 0 && !accept.includes(status)))
      throw new CommandFault(`git ${args.join(' ')} failed:\n${stderr.trim() || stdout.trim()}`);
    return { code: status, output: stdout.trimEnd() };
  }

  run(...args: readonly string[]): string {
    return this.try(args).output;
  }

  /** The commit that a name means; `undefined` if there is none. */
  commitOf(name: string): string | undefined {
    const { output } = this.try(['rev-parse', '--verify', '--quiet', `${name}^{commit}`], { accept: [1] });
    return output || undefined;
  }
}
