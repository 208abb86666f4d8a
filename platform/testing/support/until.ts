import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until the condition holds; checks it every 20 ms.
 * @param what - names the condition in the error
 * @throws {Error} the condition does not hold within `boundMs` milliseconds
 */
export async function until(
  what: string | (() => string),
  condition: () => boolean | Promise<boolean>,
  boundMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`Not within ${boundMs} ms: ${typeof what === 'string' ? what : what()}`);
    await delay(20);
  }
}
