import type { Environment } from '../../../platform/settings/settings.js';
import { type Ended, run } from './child-process.js';
import { cliEnvironment } from './environment.js';
import { withTimeLimit } from './time-limit.js';

export interface VersionCheck {
  readonly env: Environment;
  /** Longest time for the answer of the binary, in milliseconds. */
  readonly versionMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs `<path> --version` and returns the version of the Temporal CLI, such as `1.9.1`.
 * @throws {Error} the binary does not work; the message says why. If `signal` aborts, its reason
 */
export async function readVersion(path: string, { env, versionMs, signal }: VersionCheck): Promise<string> {
  const limit = { ms: versionMs, reason: `${path} did not answer --version within ${versionMs / 1000} s`, signal };
  const { exitCode, output } = await withTimeLimit(limit, async (limited) => {
    try {
      return await run(path, ['--version'], { env: cliEnvironment(env), signal: limited });
    } catch (error) {
      limited.throwIfAborted();
      throw new Error(`${path} ${startFault(error)}`, { cause: error });
    }
  });
  if (exitCode !== 0) throw new Error(`${path} --version ${howItEnded({ exitCode, output })}`);
  const version = /^temporal version v?(\d+\.\d+\.\d+[^\s(]*)/m.exec(output)?.[1];
  if (version === undefined) throw new Error(`${path} --version does not print the version of a Temporal CLI`);
  return version;
}

/** How a program ended, for an error message: its exit code and its last line of output. */
export function howItEnded({ exitCode, output }: Ended): string {
  const how = exitCode === null ? 'was killed by a signal' : `exited with code ${exitCode}`;
  const lastLine = output.split('\n').at(-1)?.trim().slice(0, 300);
  return lastLine ? `${how}: ${lastLine}` : how;
}

function startFault(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES') return 'is not executable for this user';
  return `cannot be started (${code ?? String(error)})`;
}

/**
 * Whether `version` is `minimum` or newer, by semantic versioning: a hyphen marks a prerelease (`1.9.0-rc.1`), build metadata after a
 * plus does not count.
 */
export function isAtLeast(version: string, minimum: string): boolean {
  const [numbers = '', ...prerelease] = version.replace(/\+.*$/, '').split('-');
  const have = numbers.split('.').map(Number);
  for (const [index, wanted] of minimum.split('.').map(Number).entries()) {
    const difference = (have[index] ?? 0) - wanted;
    if (difference !== 0) return difference > 0;
  }
  return prerelease.length === 0;
}
