import type { Environment } from '../../../platform/settings/settings.js';

/** What a program needs to run at all, and what version managers, whose `temporal` is a script, need to find the one they run. */
const kept = /^(PATH|HOME|USER|LOGNAME|TMPDIR|(ASDF|MISE|PYENV)_\w+)$/;

/**
 * The environment in which the Temporal CLI is run. What it would read by itself is left out: TEMPORAL_* variables, which it takes for
 * options, and the user's own configuration, whose profile may name another server and its credentials.
 */
export const cliEnvironment = (env: Environment): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && kept.test(entry[0])),
  ),
  TEMPORAL_CONFIG_FILE: '/dev/null',
});

/** Before 1.4 the configuration was another file (`temporal.yaml`), which is still read; only an option names another one. */
export const cliOptions = ['--env-file', '/dev/null'] as const;
