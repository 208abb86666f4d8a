import type { Environment } from '../../../platform/settings/settings.js';
import { type Ended, run } from './child-process.js';
import { cliEnvironment } from './environment.js';
import { withTimeLimit } from './time-limit.js';

export interface VersionCheck {
  readonly env: Environment;
  /** Time the binary has to answer, in milliseconds. */
  readonly versionMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs `<path> --version` and returns the version of the Temporal CLI, such as `1.9.1`.
 * @throws an error whose message says what is wrong with the binary, and the signal's reason when it aborts
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
  if (version === undefined) throw new Error(`${path} --version does not answer as the Temporal CLI does`);
  return version;
}

/** How a program ended, for an error's message: its exit code and the last line it wrote. */
export function howItEnded({ exitCode, output }: Ended): string {
  const how = exitCode === null ? 'was ended by a signal' : `ended with exit code ${exitCode}`;
  const lastLine = output.split('\n').at(-1)?.trim().slice(0, 300);
  return lastLine ? `${how}: ${lastLine}` : how;
}

function startFault(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES') return 'may not be run (is it executable?)';
  return `cannot be run (${code ?? String(error)})`;
}

/**
 * Whether `version` is `minimum` or newer, both `major.minor.patch`. What follows a hyphen marks a build made before
 * that release (`1.9.0-rc.1`), what follows a plus says nothing of the order, as in semantic versioning.
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
