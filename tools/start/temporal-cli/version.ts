import type { Environment } from '../../../platform/settings/settings.js';
import { howItEnded, run, withTimeLimit } from './child-process.js';
import type { SourceContext } from './source.js';

/** The version to download, with server 1.32.0 and UI 2.54.1. */
export const pinnedVersion = '1.9.1';

/**
 * Oldest version accepted from the PATH: the minor of the pinned one. The pinned version may have written the data folder, and a
 * server of an earlier minor cannot read what a later one has migrated.
 */
export const minimumVersion = '1.9.0';

/** Variables that every program needs, and those of version managers, whose `temporal` is a script. */
const kept = /^(PATH|HOME|USER|LOGNAME|TMPDIR|(ASDF|MISE|PYENV)_\w+)$/;

/**
 * The environment of the Temporal CLI. It contains no TEMPORAL_* variables, which the CLI reads as options, and hides the user's
 * configuration, whose profile may name another server and its credentials.
 */
export const cliEnvironment = (env: Environment): Environment => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => kept.test(name))),
  TEMPORAL_CONFIG_FILE: '/dev/null',
});

/** The CLI also reads the configuration from before 1.4 (`temporal.yaml`), which only this option replaces. */
export const cliOptions = ['--env-file', '/dev/null'] as const;

/**
 * Runs `<path> --version` and returns the version of the Temporal CLI, such as `1.9.1`.
 * @throws {Error} the binary does not work; the message says why. If `signal` aborts, its reason
 */
export async function readVersion(
  path: string,
  { env, limits: { versionMs: ms }, signal }: Pick<SourceContext, 'env' | 'limits' | 'signal'>,
): Promise<string> {
  const reason = `${path} did not answer --version within ${ms / 1000} s`;
  const ended = await withTimeLimit({ ms, reason, signal }, async (limited) => {
    try {
      return await run(path, ['--version'], { env: cliEnvironment(env), signal: limited });
    } catch (error) {
      limited.throwIfAborted();
      throw new Error(`${path} ${startFault(error)}`, { cause: error });
    }
  });
  if (ended.exitCode !== 0) throw new Error(`${path} --version ${howItEnded(ended)}`);
  const version = /^temporal version v?(\d+\.\d+\.\d+[^\s(]*)/m.exec(ended.output)?.[1];
  if (version === undefined) throw new Error(`${path} --version does not print the version of a Temporal CLI`);
  return version;
}

function startFault(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'does not exist';
  return code === 'EACCES' ? 'is not executable for this user' : `cannot be started (${code ?? String(error)})`;
}

/** By semantic versioning: a hyphen marks a prerelease (`1.9.0-rc.1`), build metadata after a plus does not count. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [numbers = '', ...prerelease] = version.replace(/\+.*$/, '').split('-');
  const have = numbers.split('.').map(Number);
  for (const [index, wanted] of minimum.split('.').map(Number).entries()) {
    const difference = (have[index] ?? 0) - wanted;
    if (difference !== 0) return difference > 0;
  }
  return prerelease.length === 0;
}
