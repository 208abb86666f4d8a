import { DeadlineExceeded } from './errors.js';

/** What every call takes. */
export interface CallOptions {
  /** For the whole call, its attempts and waits included; milliseconds, `Infinity` for no end. @default - the client's, 30 s unless told */
  readonly timeoutMs?: number | undefined;
  /** Ends the call early; it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The time that one call has. */
export interface Deadline {
  /** Aborts when the time is over, or the caller's own signal does. */
  readonly signal: AbortSignal;
  remainingMs(): number;
  /** Whether it is the time in which a run is waited for, of which `note` has told. */
  isOfRun(): boolean;
  /** Remembers, for the error, what the last answer was, and which run is waited for. */
  note(answer: string, more?: { readonly runId?: string; readonly cause?: unknown }): void;
  /**
   * Waits for `ms` milliseconds.
   * @throws {DeadlineExceeded} at once, when the time would be over by then
   */
  pause(ms: number): Promise<void>;
  /** From now on nothing aborts. */
  close(): void;
}

/** The longest that timers can be set for: about 25 days. */
const longestTimerMs = 2 ** 31 - 1;

function createDeadline(timeoutMs: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  const endsAt = performance.now() + timeoutMs;
  let last: { answer?: string; runId?: string; cause?: unknown } = {};
  const exceeded = () => new DeadlineExceeded(timeoutMs, last.answer, last.runId, { cause: last.cause });
  const timer =
    timeoutMs <= longestTimerMs ? setTimeout(() => controller.abort(exceeded()), Math.max(0, timeoutMs)) : undefined;
  const abort = () => controller.abort(outer?.reason);
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort, { once: true });
  const remainingMs = () => Math.max(0, endsAt - performance.now());

  return {
    signal,
    remainingMs,
    isOfRun: () => last.runId !== undefined,
    note(answer, { runId = last.runId, cause } = {}) {
      last = { answer, cause, ...(runId === undefined ? {} : { runId }) };
    },
    async pause(ms) {
      signal.throwIfAborted();
      if (ms >= remainingMs()) throw exceeded();
      await pause(ms, signal);
    },
    close() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', abort);
    },
  };
}

/** Waits for `ms` milliseconds; throws the signal's reason when it aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
      Math.min(ms, longestTimerMs),
    );
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Does `work` with a deadline of its own. */
export async function within<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = createDeadline(timeoutMs, signal);
  try {
    return await work(deadline);
  } finally {
    deadline.close();
  }
}
