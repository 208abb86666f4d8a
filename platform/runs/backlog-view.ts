import type { Backlog } from './run.js';

/** Between two counts of the backlog, in milliseconds. */
const countIntervalMs = 1_000;

/** The backlog as this process knows it: its size is at most a second old. */
export type BacklogView = ReturnType<typeof createBacklogView>;

/** @param limit - runs that may wait for their start */
export function createBacklogView(backlog: Pick<Backlog, 'claimPending' | 'countPending'>, limit: number) {
  let waiting = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  let mayHaveDue = true;
  let added = 0;

  return {
    isFull: () => waiting >= limit,
    /** Whether the backlog may hold runs that are due. */
    mayHaveDue: () => mayHaveDue,
    /** A run was accepted into the backlog. */
    added() {
      waiting += 1;
      added += 1;
      mayHaveDue = true;
    },
    /** A run came to the backlog from elsewhere: its start is retried. */
    returned() {
      waiting += 1;
    },
    /** A run of the backlog no longer waits for its start. */
    removed() {
      waiting -= 1;
    },
    /** A run will be due again. */
    expectDue() {
      mayHaveDue = true;
    },
    async claim(count: number) {
      const addedBefore = added;
      const claimed = await backlog.claimPending(count);
      // A run that was added in the meantime may have missed the claim.
      mayHaveDue = claimed.length === count || added !== addedBefore;
      return claimed;
    },
    /** Counts the backlog, at most once per second. */
    async refresh() {
      if (performance.now() - countedAt < countIntervalMs) return;
      const before = waiting;
      const counted = await backlog.countPending(limit);
      // Runs that were added in the meantime may count twice until the next time, but are not forgotten.
      waiting = counted + waiting - before;
      countedAt = performance.now();
    },
  };
}
