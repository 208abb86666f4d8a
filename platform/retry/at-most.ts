import { setTimeout as delay } from 'node:timers/promises';

/** Waits for `work`, at most `ms` milliseconds. The work itself continues. @returns `undefined` if the time is over first */
export const atMost = <T>(ms: number, work: Promise<T>): Promise<T | undefined> =>
  Promise.race([work, delay(ms, undefined, { ref: false })]);
