import { setTimeout as delay } from 'node:timers/promises';

/** A pause that another part of the process can end early. */
export function createWakeablePause() {
  let end = () => {};
  return {
    /** Waits until `ms` milliseconds have passed, `signal` aborts or `wake` is called. */
    async wait(ms: number, signal: AbortSignal): Promise<void> {
      const woken = new AbortController();
      end = () => woken.abort();
      await delay(ms, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
      end = () => {};
    },
    wake: () => end(),
  };
}
