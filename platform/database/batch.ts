export interface BatchOptions<T> {
  /** Batches in flight at a time. */
  readonly concurrency: number;
  readonly maxItems: number;
  /** Weight of an item; a batch of more than one item weighs at most `maxWeight`. @default - unlimited weight */
  readonly weightOf?: (item: T) => number;
  readonly maxWeight?: number;
  /** Items with the same key go into different batches. @default - items have no key */
  readonly keyOf?: (item: T) => string | undefined;
  /** Whether a single item may have caused the error, so that a failed batch is retried item by item. @default - never */
  readonly isItemError?: (error: unknown) => boolean;
}

interface Pending<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the items that arrive while a write is in flight and writes them as one batch (group commit): a single caller does not wait for
 * others, and many callers share one round trip and one commit. Each caller receives the result of its item, or the error of its batch.
 * @param write - writes all items or none; returns one result per item, in order
 */
export function batched<T, R>(
  write: (items: readonly T[]) => Promise<readonly R[]>,
  options: BatchOptions<T>,
): (item: T) => Promise<R> {
  let queue: Pending<T, R>[] = [];
  let inFlight = 0;

  function pump(): void {
    while (inFlight < options.concurrency && queue.length > 0) {
      const { batch, rest } = nextBatch(queue, options);
      queue = rest;
      inFlight += 1;
      writeBatch(batch).finally(() => {
        inFlight -= 1;
        pump();
      });
    }
  }

  async function writeBatch(batch: readonly Pending<T, R>[]): Promise<void> {
    try {
      const results = await write(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as R);
    } catch (error) {
      if (batch.length > 1 && options.isItemError?.(error)) for (const one of batch) await writeBatch([one]);
      else for (const { reject } of batch) reject(error);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      pump();
    });
}

function nextBatch<T, R>(
  queue: readonly Pending<T, R>[],
  { maxItems, weightOf = () => 0, maxWeight = Number.POSITIVE_INFINITY, keyOf = () => undefined }: BatchOptions<T>,
) {
  const batch: Pending<T, R>[] = [];
  const rest: Pending<T, R>[] = [];
  const keys = new Set<string>();
  let weight = 0;
  for (const pending of queue) {
    const key = keyOf(pending.item);
    const newWeight = weight + weightOf(pending.item);
    const fits = batch.length === 0 || (batch.length < maxItems && newWeight <= maxWeight);
    if (!fits || (key !== undefined && keys.has(key))) {
      rest.push(pending);
      continue;
    }
    batch.push(pending);
    weight = newWeight;
    if (key !== undefined) keys.add(key);
  }
  return { batch, rest };
}
