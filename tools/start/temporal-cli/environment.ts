import type { Environment } from '../../../platform/settings/settings.js';

/** Variables that every program needs, and those of version managers, whose `temporal` is a script. */
const kept = /^(PATH|HOME|USER|LOGNAME|TMPDIR|(ASDF|MISE|PYENV)_\w+)$/;

/**
 * The environment of the Temporal CLI. It contains no TEMPORAL_* variables, which the CLI reads as options, and hides the user's
 * configuration, whose profile may name another server and its credentials.
 */
export const cliEnvironment = (env: Environment): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && kept.test(entry[0])),
  ),
  TEMPORAL_CONFIG_FILE: '/dev/null',
});

/** The CLI also reads the configuration from before 1.4 (`temporal.yaml`), which only this option replaces. */
export const cliOptions = ['--env-file', '/dev/null'] as const;
