import type { Environment } from '../../../platform/settings/settings.js';
import type { Progress } from '../../cli/screen.js';

/** Time limits in milliseconds. */
export interface Limits {
  /** For the answer to `--version`. */
  readonly versionMs: number;
  /** For a download without new bytes. */
  readonly stallMs: number;
  /** For the whole download. */
  readonly downloadMs: number;
}

export interface SourceContext {
  /** The setting TEMPORAL_CLI_PATH. */
  readonly explicitPath: string | undefined;
  readonly env: Environment;
  /** Folder of the pinned version for this platform; see `cache.ts`. */
  readonly cacheEntry: string;
  readonly limits: Limits;
  /** Aborts the search: kills its processes, removes its files, and throws the signal's reason. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export type SourceName = 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'pip';

export interface FoundBinary {
  readonly path: string;
  readonly version: string;
}

/** A place to get the CLI from. */
export interface Source {
  readonly name: SourceName;
  /** Name in the error that lists all sources. */
  readonly title: string;
  /**
   * Finds or downloads a CLI, and checks that it runs.
   * @throws {TemporalCliPathInvalid} the search ends
   * @throws {Error} any other error: the message says why, and the search goes on with the next source
   */
  find(context: SourceContext): Promise<FoundBinary>;
}
