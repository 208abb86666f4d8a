import { setTimeout as delay } from 'node:timers/promises';
import { GracefulShutdownPeriodExpiredError, type Worker } from '@temporalio/worker';

export type RunnableWorker = Pick<Worker, 'run' | 'shutdown' | 'getState'>;

export interface RunWorkersOptions {
  /** Time the workers have to end once they are asked to, in milliseconds: at least their `shutdownForceTime`. */
  readonly stopMs: number;
  /** Time that the other workers have to end after one has failed, in milliseconds. @default 4000 */
  readonly failMs?: number;
  /** Between two looks at the workers' states, in milliseconds. @default 250 */
  readonly watchMs?: number;
}

/** Whether a worker polls, or is about to. Every other state is the end of it, asked for or not. */
export const isAlive = (worker: Pick<Worker, 'getState'>): boolean =>
  ['INITIALIZED', 'RUNNING'].includes(worker.getState());

/**
 * Runs workers until `signal` aborts, then lets them end what they have within `stopMs`.
 *
 * The promise of `worker.run()` is not enough to know that a worker has failed: it may never settle while other parts of the process
 * hold on to the worker (https://github.com/temporalio/sdk-typescript/issues/2266). So the workers' states are watched too.
 * @returns whether all of them ended in time; if not, activities are still running that ignore their cancellation
 * @throws within `failMs` and a moment when a worker fails or stops by itself; the others are asked to shut down first
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
    // Even when it is over before it began: a worker that was made but never run holds its connection open.
    if (signal.aborted) shutdown();
    await firstEnd(workers, runs, watchMs);
    const isAsked = signal.aborted;
    shutdown();
    await Promise.race([Promise.all(runs), delay(isAsked ? stopMs : failMs, undefined, { signal: over.signal })]);
    const failure = reasons.find((reason) => !isStillBusy(reason));
    if (failure) throw failure;
    if (!isAsked) throw reasons[0] ?? new Error('A worker stopped by itself and gave no reason');
    return { ended: open === 0 && reasons.length === 0 };
  } finally {
    over.abort();
    signal.removeEventListener('abort', shutdown);
  }
}

/** Resolves when one of the workers has ended, or is about to. Adds to the runs once only: they stay pending as long as the process. */
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

/** What the SDK says of activities that have not ended when their worker has to. */
const isStillBusy = (reason: unknown): boolean =>
  reason instanceof GracefulShutdownPeriodExpiredError ||
  (reason instanceof Error && reason.message.startsWith('Worker still in use'));
