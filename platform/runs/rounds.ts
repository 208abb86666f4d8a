import { setTimeout as delay } from 'node:timers/promises';

/** Before each round, in milliseconds. */
const collectMs = 100;

/**
 * Collects items by key, the newest of each, and handles them in rounds: what is added during a round belongs to the next one.
 * @param handle - must not reject
 */
export function createRounds<T>(handle: (items: ReadonlyMap<string, T>) => Promise<void>) {
  const waiting = new Map<string, T>();
  let handling: Promise<void> | undefined;

  async function handleAll(): Promise<void> {
    while (waiting.size > 0) {
      await delay(collectMs);
      const items = new Map(waiting);
      waiting.clear();
      await handle(items);
    }
    // Here, not in a later callback: an item that is added in between would wait for the next one.
    handling = undefined;
  }

  return {
    /** Number of items that wait for the next round. */
    get size(): number {
      return waiting.size;
    },
    add(key: string, item: T): void {
      waiting.set(key, item);
      handling ??= handleAll();
    },
    /** Resolves when all items added so far are handled. */
    async done(): Promise<void> {
      await handling;
    },
  };
}
