import { spawnSync } from 'node:child_process';

/** This machine cannot run the check. */
export interface NotRun {
  readonly notRun: string;
}

/**
 * Runs a program that npm does not install.
 * @returns the lines of its output if it fails, otherwise none
 */
export function runOptionalTool(cwd: string, command: string, ...args: readonly string[]): readonly string[] | NotRun {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error && 'code' in error && error.code === 'ENOENT') return { notRun: `${command} is not installed` };
  if (error) return [String(error)];
  return status === 0 ? [] : [stdout, stderr].join('\n').trim().split('\n');
}
