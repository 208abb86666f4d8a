import { setTimeout as delay } from 'node:timers/promises';

/** A pause that another part of the process can end early. */
export interface WakeablePause {
  /** Waits until `ms` milliseconds have passed, `signal` aborts or `wake` is called. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Has no effect without a pause. */
  wake(): void;
}

export function createWakeablePause(): WakeablePause {
  let end = () => {};
  return {
    async wait(ms, signal) {
      const woken = new AbortController();
      end = () => woken.abort();
      await delay(ms, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
      end = () => {};
    },
    wake: () => end(),
  };
}
