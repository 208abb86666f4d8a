import { spawnSync } from 'node:child_process';

/** The check could not be made on this machine, and why. */
export interface NotRun {
  readonly notRun: string;
}

/**
 * Runs a program that npm does not install.
 * @returns its output, in lines, when it found faults; none when it found none
 */
export function runOptionalTool(cwd: string, command: string, ...args: readonly string[]): readonly string[] | NotRun {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error && 'code' in error && error.code === 'ENOENT') return { notRun: `${command} is not installed` };
  if (error) return [String(error)];
  return status === 0 ? [] : [stdout, stderr].join('\n').trim().split('\n');
}
