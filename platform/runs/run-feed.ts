import { setTimeout as delay } from 'node:timers/promises';
import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import type { ChangedRuns, Run } from './run.js';
import { createWakeablePause } from './wakeable-pause.js';

export interface RunFeedDeps {
  readonly changedRuns: ChangedRuns;
  readonly logger: Logger;
  /** Between two queries, in milliseconds. @default 250 */
  readonly intervalMs?: number;
}

/** Follows the changes of runs, whichever process makes them. */
export interface RunFeed {
  /**
   * Calls `listener` with the run after it has changed since that version; intermediate states may be skipped.
   * @returns a function that stops this
   */
  follow(run: Pick<Run, 'id' | 'version'>, listener: (run: Run) => void): () => void;
  /** Queries for changes until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Without followed runs, the pause ends with the next `follow`; this is the longest delay of a timer. */
const untilFollowedMs = 2 ** 31 - 1;

interface Followed {
  version: number;
  readonly listeners: Set<(run: Run) => void>;
}

/**
 * One statement reads all followed runs of the process; without followed runs, none is sent. LISTEN/NOTIFY would be worse: a commit that
 * notifies holds a cluster-wide lock while it is written to disk, so every change of every run would pay for the few that are followed.
 */
export function createRunFeed({ changedRuns, logger, intervalMs = 250 }: RunFeedDeps): RunFeed {
  const followed = new Map<string, Followed>();
  const log = createFailureLog(logger, 'Cannot read changes of runs', 'Can read changes of runs again');
  const pause = createWakeablePause();

  async function poll(): Promise<void> {
    const known = [...followed].map(([id, { version }]) => ({ id, version }));
    for (const run of await changedRuns(known)) {
      const entry = followed.get(run.id);
      if (!entry || run.version <= entry.version) continue;
      entry.version = run.version;
      for (const listener of [...entry.listeners]) listener(run);
    }
  }

  return {
    follow({ id, version }, listener) {
      const entry = followed.get(id) ?? { version, listeners: new Set() };
      // Listeners that know a later version ignore the repetition.
      entry.version = Math.min(entry.version, version);
      const newerOnly = ignoreKnownVersions(version, listener);
      entry.listeners.add(newerOnly);
      followed.set(id, entry);
      pause.wake();
      return () => {
        entry.listeners.delete(newerOnly);
        if (entry.listeners.size === 0 && followed.get(id) === entry) followed.delete(id);
      };
    },

    async run(signal) {
      while (!signal.aborted) {
        if (followed.size === 0) {
          await pause.wait(untilFollowedMs, signal);
          continue;
        }
        try {
          await poll();
          log.worked();
        } catch (error) {
          log.failed(error);
        }
        await delay(intervalMs, undefined, { signal }).catch(() => {});
      }
    },
  };
}

function ignoreKnownVersions(version: number, listener: (run: Run) => void): (run: Run) => void {
  let known = version;
  return (run) => {
    if (run.version <= known) return;
    known = run.version;
    listener(run);
  };
}
