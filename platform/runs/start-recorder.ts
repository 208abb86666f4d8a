import type { Logger } from '../observability/logger.js';
import { logUnrecorded, type RecordStartDeps, recordStart } from './record-start.js';
import { createRounds } from './rounds.js';
import type { Run, Started } from './run.js';

/** Records the starts of runs in rounds, so that a short run is recorded once, with its end. */
export type StartRecorder = ReturnType<typeof createStartRecorder>;

export function createStartRecorder(deps: RecordStartDeps & { readonly logger: Logger }) {
  const unrecorded = new Map<string, Started>();
  const inFlight = new Set<Promise<void>>();
  const rounds = createRounds<Run>(async (runs) => {
    for (const run of runs.values()) {
      // The next round does not wait for it: a run that was cancelled is terminated in Temporal, which may be slow.
      const done = recordOne(run).finally(() => inFlight.delete(done));
      inFlight.add(done);
    }
  });

  async function recordOne(run: Run): Promise<void> {
    const started = unrecorded.get(run.id);
    if (!started) return;
    try {
      await recordStart(deps, run, started);
    } catch (err) {
      const message = 'Cannot record a start; after its lease, another process takes the run over';
      logUnrecorded(deps.logger, err, run.id, message);
    } finally {
      unrecorded.delete(run.id);
    }
  }

  return {
    /** Returns at once and never throws. */
    add(run: Run, started: Started): void {
      unrecorded.set(run.id, started);
      rounds.add(run.id, run);
    },
    /** Whether this run has started and is not recorded yet. */
    has: (runId: string): boolean => unrecorded.has(runId),
    /**
     * Lets the caller record the end of a run together with its start, if that is not recorded yet. If this fails, the start is recorded
     * by itself.
     */
    async recordEnd<T>(run: Run, record: (started: Started | undefined) => Promise<T>): Promise<T> {
      const started = unrecorded.get(run.id);
      unrecorded.delete(run.id);
      try {
        return await record(started);
      } catch (error) {
        if (started) {
          unrecorded.set(run.id, started);
          await recordOne(run);
        }
        throw error;
      }
    },
    /** Resolves when all starts so far were recorded, or left to others. */
    async flush(): Promise<void> {
      await rounds.done();
      await Promise.all(inFlight);
    },
  };
}
