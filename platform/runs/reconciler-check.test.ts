import test from 'ava';
import { reconcilerCheck } from './reconciler-check.js';

test("shows the reconciler's calls and their limit", async (t) => {
  const check = reconcilerCheck({ callsPerSecond: () => 1.666, limit: 100 });
  t.deepEqual(await check.run(new AbortController().signal), {
    detail: '1.7 calls to Temporal per second, at most 100',
  });
  t.false(check.critical);
});
