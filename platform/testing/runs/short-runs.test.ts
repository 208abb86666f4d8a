import test from 'ava';
import type { WorkflowEngine } from '../../runs/workflow-engine.js';
import { createOwnRuns } from '../support/own-runs.js';

/** An engine whose workflows end as soon as they start. */
const engine = {
  start: async () => 'first',
  result: async () => ({ status: 'completed', result: {} }),
  listRunning: async () => new Set(),
  endedFromOutside: async () => ({ ended: [], next: undefined }),
} as unknown as WorkflowEngine;

test('records the start and the end of a short run in a single change', async (t) => {
  const { runs, process } = await createOwnRuns(t, engine);
  process.begin();
  const run = await runs.execute('hello', { name: 'Ada' }, { ms: 60_000 });
  t.like(run, { status: 'completed', temporalRunId: 'first', version: 1 });
  t.true(run.startedAt instanceof Date);
});
