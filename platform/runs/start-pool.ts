import type { ConcurrencyLimit } from './concurrency-limit.js';
import type { LeasedRun, Run } from './run.js';

/** A run to start, whose lease was requested at `askedAt` (of `performance.now`). */
export interface PlannedStart extends LeasedRun {
  readonly askedAt: number;
  readonly fromBacklog: boolean;
}

/** One of the starts that may be in flight at a time. Call exactly one of the two, once. */
export interface Slot {
  /** Starts a run whose lease this process took after it reserved the slot. */
  start(run: Run): void;
  release(): void;
}

export interface StartPoolDeps {
  readonly limit: Pick<ConcurrencyLimit, 'current'>;
  /** Never rejects. */
  readonly attempt: (start: PlannedStart) => Promise<void>;
  /** Called each time a slot becomes free. */
  readonly onFree: () => void;
}

/** Makes starts, as many at a time as the limit allows. */
export type StartPool = ReturnType<typeof createStartPool>;

export function createStartPool({ limit, attempt, onFree }: StartPoolDeps) {
  const queue: PlannedStart[] = [];
  const inFlight = new Set<Promise<void>>();
  let slotsInUse = 0;

  const hasFreeSlot = () => slotsInUse < limit.current();
  /** Starts that may be enqueued: as many are queued as may be in flight, so that no slot waits for the next claim. */
  const room = () => 2 * limit.current() - slotsInUse - queue.length;

  function release(): void {
    slotsInUse -= 1;
    startQueued();
    onFree();
  }

  function startQueued(): void {
    for (let start = queue[0]; start && hasFreeSlot(); start = queue[0]) {
      queue.shift();
      slotsInUse += 1;
      begin(start);
    }
  }

  function begin(start: PlannedStart): void {
    const done = attempt(start).finally(() => {
      inFlight.delete(done);
      release();
    });
    inFlight.add(done);
  }

  return {
    /** @returns `undefined` if every slot is in use */
    reserve(): Slot | undefined {
      if (!hasFreeSlot()) return undefined;
      slotsInUse += 1;
      const askedAt = performance.now();
      return { start: (run) => begin({ run, attempts: 0, askedAt, fromBacklog: false }), release };
    },
    /** Starts these runs as slots become free. */
    enqueue(starts: readonly PlannedStart[]): void {
      queue.push(...starts);
      startQueued();
    },
    /** Starts in flight and queued. */
    size: () => slotsInUse + queue.length,
    room,
    /** Whether there is room for a batch, which costs one claim instead of one for each free slot. */
    hasRoomForBatch: () => room() >= limit.current(),
    /** Removes the queued starts and returns them. */
    clear: () => queue.splice(0),
    /** Resolves when the starts in flight have ended. */
    async idle(): Promise<void> {
      await Promise.all(inFlight);
    },
  };
}
