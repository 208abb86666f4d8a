import test from 'ava';
import { createBacklogView } from './backlog-view.js';
import type { LeasedRun } from './run.js';

/** A view of a backlog in which other processes change nothing. @param runs - in the backlog */
function viewOf(runs: number, limit = 5) {
  let counts = 0;
  const claims: ((claimed: number) => void)[] = [];
  const view = createBacklogView(
    {
      claimPending: () => new Promise((resolve) => claims.push((n) => resolve(Array<LeasedRun>(n)))),
      countPending: async () => {
        counts += 1;
        return runs;
      },
    },
    limit,
  );
  return { view, counts: () => counts, answer: (claimed: number) => claims.shift()?.(claimed) };
}

test('is full when as many runs wait as the limit allows', async (t) => {
  const { view } = viewOf(3);
  t.false(view.isFull());
  await view.refresh();
  view.added();
  t.false(view.isFull());
  view.returned();
  t.true(view.isFull());
  view.removed();
  t.false(view.isFull());
});

test('keeps runs that were added during a count', async (t) => {
  const { view } = viewOf(4);
  const refreshed = view.refresh();
  view.added();
  await refreshed;
  t.true(view.isFull());
});

test('counts at most once per second', async (t) => {
  const { view, counts } = viewOf(0);
  await view.refresh();
  await view.refresh();
  t.is(counts(), 1);
});

test('may have due runs at first, and until a claim gets fewer runs than it wanted', async (t) => {
  const { view, answer } = viewOf(0);
  for (const [claimed, mayHaveDue] of [
    [2, true],
    [1, false],
  ] as const) {
    t.true(view.mayHaveDue());
    const claim = view.claim(2);
    answer(claimed);
    t.is((await claim).length, claimed);
    t.is(view.mayHaveDue(), mayHaveDue);
  }
  view.expectDue();
  t.true(view.mayHaveDue());
});

test('may have due runs if one was added during the claim', async (t) => {
  const { view, answer } = viewOf(0);
  const claim = view.claim(2);
  view.added();
  answer(0);
  await claim;
  t.true(view.mayHaveDue());
});
