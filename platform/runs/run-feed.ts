import { setTimeout as delay } from 'node:timers/promises';
import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import type { ChangedRuns, Run } from './run.js';

export interface RunFeedDeps {
  readonly changedRuns: ChangedRuns;
  readonly logger: Logger;
  /** Between two looks, in milliseconds. @default 250 */
  readonly intervalMs?: number;
}

/** Tells of runs as they change, wherever that happens. */
export interface RunFeed {
  /**
   * Calls `tell` with the run each time it is found changed from that version on; states that it has only passed through may be
   * left out. It is told until the function that this returns is called.
   */
  follow(run: Pick<Run, 'id' | 'version'>, tell: (run: Run) => void): () => void;
  /** Looks for changes until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Followed {
  version: number;
  readonly listeners: Set<(run: Run) => void>;
}

/**
 * One statement asks for all followed runs of the process at once, and none is sent while none is followed. Not by LISTEN and NOTIFY:
 * a commit that notifies holds a lock of the whole cluster while it is written to disk, so every change of every run would pay for
 * those few that somebody watches.
 */
export function createRunFeed({ changedRuns, logger, intervalMs = 250 }: RunFeedDeps): RunFeed {
  const followed = new Map<string, Followed>();
  const log = createFailureLog(logger, {
    failing: 'Changes of runs cannot be looked for',
    again: 'Changes of runs are looked for again',
  });
  let wake = () => {};

  async function look(): Promise<void> {
    const known = [...followed].map(([id, { version }]) => ({ id, version }));
    for (const run of await changedRuns(known)) {
      const entry = followed.get(run.id);
      if (!entry || run.version <= entry.version) continue;
      entry.version = run.version;
      for (const tell of [...entry.listeners]) tell(run);
    }
  }

  return {
    follow({ id, version }, tell) {
      const entry = followed.get(id) ?? { version, listeners: new Set() };
      // Who knows less than the others is told again of what they know already; they look at the version.
      entry.version = Math.min(entry.version, version);
      const listener = atMostOncePerVersion(version, tell);
      entry.listeners.add(listener);
      followed.set(id, entry);
      wake();
      return () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size === 0 && followed.get(id) === entry) followed.delete(id);
      };
    },

    async run(signal) {
      while (!signal.aborted) {
        if (followed.size === 0) {
          await untilFollowed(signal);
          continue;
        }
        try {
          await look();
          log.worked();
        } catch (error) {
          log.failed(error);
        }
        await delay(intervalMs, undefined, { signal }).catch(() => {});
      }
    },
  };

  function untilFollowed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        wake = () => {};
        resolve();
      };
      wake = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function atMostOncePerVersion(version: number, tell: (run: Run) => void): (run: Run) => void {
  let told = version;
  return (run) => {
    if (run.version <= told) return;
    told = run.version;
    tell(run);
  };
}
