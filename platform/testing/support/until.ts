import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `condition` holds, asking every 20 ms; fails, naming `what`, when it does not within `boundMs` milliseconds. */
export async function until(what: string, condition: () => Promise<boolean>, boundMs = 60_000): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${boundMs} ms: ${what}`);
    await delay(20);
  }
}
