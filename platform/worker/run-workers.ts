import { setTimeout as delay } from 'node:timers/promises';
import { GracefulShutdownPeriodExpiredError, type Worker } from '@temporalio/worker';

export type RunnableWorker = Pick<Worker, 'run' | 'shutdown' | 'getState'>;

export interface RunWorkersOptions {
  /** Time for the workers to shut down, in milliseconds: at least their `shutdownForceTime`. */
  readonly stopMs: number;
  /** Time for the other workers to shut down after one has failed, in milliseconds. @default 4000 */
  readonly failMs?: number;
  /** Between two checks of the workers' states, in milliseconds. @default 250 */
  readonly watchMs?: number;
}

/** Whether a worker polls or will poll. Every other state leads to its end. */
export const isAlive = (worker: Pick<Worker, 'getState'>): boolean =>
  ['INITIALIZED', 'RUNNING'].includes(worker.getState());

/**
 * Runs workers until `signal` aborts, then shuts them down within `stopMs`.
 *
 * After a failure, `worker.run()` may never settle while other parts of the process hold the worker
 * (https://github.com/temporalio/sdk-typescript/issues/2266). Therefore the workers' states are watched too.
 * @returns `ended`: whether all workers ended in time; otherwise activities that ignore their cancellation are still running
 * @throws if a worker fails or stops by itself, at most about `failMs` later: the other workers shut down first
 */
export async function runWorkers(
  workers: readonly RunnableWorker[],
  signal: AbortSignal,
  { stopMs, failMs = 4_000, watchMs = 250 }: RunWorkersOptions,
): Promise<{ ended: boolean }> {
  const shutdown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const reasons: unknown[] = [];
  let open = workers.length;
  signal.addEventListener('abort', shutdown, { once: true });
  const over = new AbortController();
  try {
    const runs = workers.map((worker) =>
      worker
        .run()
        .catch((reason: unknown) => void reasons.push(reason))
        .finally(() => {
          open -= 1;
        }),
    );
    // Even if `signal` aborted before: a worker that never ran keeps its connection open.
    if (signal.aborted) shutdown();
    await firstEnd(workers, runs, watchMs);
    const isRequested = signal.aborted;
    shutdown();
    await Promise.race([Promise.all(runs), delay(isRequested ? stopMs : failMs, undefined, { signal: over.signal })]);
    const failure = reasons.find((reason) => !isStillBusy(reason));
    if (failure) throw failure;
    if (!isRequested) throw reasons[0] ?? new Error('A worker stopped by itself and gave no reason');
    return { ended: open === 0 && reasons.length === 0 };
  } finally {
    over.abort();
    signal.removeEventListener('abort', shutdown);
  }
}

/** Resolves when a worker has ended or is about to. Adds one handler to each run, because runs may stay pending as long as the process. */
function firstEnd(workers: readonly RunnableWorker[], runs: readonly Promise<void>[], watchMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearInterval(timer);
      resolve();
    };
    const timer = setInterval(() => {
      if (!workers.every(isAlive)) end();
    }, watchMs);
    for (const run of runs) void run.then(end);
  });
}

/** The SDK's errors for activities that are still running when their worker must end. */
const isStillBusy = (reason: unknown): boolean =>
  reason instanceof GracefulShutdownPeriodExpiredError ||
  (reason instanceof Error && reason.message.startsWith('Worker still in use'));
