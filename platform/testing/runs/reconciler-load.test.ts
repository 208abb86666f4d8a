import test from 'ava';
import { mapInBatches } from '../../runs/batches.js';
import type { Run } from '../../runs/run.js';
import { listSize } from '../../runs/workflow-engine.js';
import { createTestDatabase } from '../support/postgres.js';
import { acceptRun, createTestRuns, testRecords } from '../support/runs.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

/** Several lists. */
const openRuns = listSize + 10;
const boundMs = 120_000;
const checkIntervalMs = 300_000;

let temporal: TestTemporal;
test.before(async () => {
  temporal = await createTestTemporal();
});
test.after.always(() => temporal?.close());

/** Starts a workflow that stays open, because no worker polls its queue, and records it as running. */
async function startRun({ repository }: Pick<ReturnType<typeof testRecords>, 'repository'>): Promise<Run> {
  const run = await acceptRun({ repository }, { leased: true });
  const { firstExecutionRunId: temporalRunId } = await temporal.client.workflow.start('hello', {
    workflowId: run.workflowId,
    taskQueue: 'not-polled',
  });
  return (await repository.transition(run.id, { to: 'running', temporalRunId, startedAt: new Date() })) ?? run;
}

test('finds a lost outcome among hundreds of running runs with a few lists and two other calls', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const records = testRecords(sequelize, { checkIntervalMs });
  const runs = await mapInBatches(Array.from({ length: openRuns }), 10, () => startRun(records));
  const [ended, ...others] = runs as [Run, ...Run[]];
  await temporal.engine.terminate(ended.workflowId, 'by hand');
  const listed = async (some: readonly Run[]) =>
    (await temporal.engine.listRunning(some.map(({ workflowId }) => workflowId))).size;
  const isListed = async () =>
    (await listed(others.slice(0, listSize))) === listSize &&
    (await listed(others.slice(listSize))) === others.length - listSize &&
    (await listed([ended])) === 0;
  await until('Temporal lists the running workflows', isListed, boundMs);

  const calls = { lists: 0, describes: 0, results: 0 };
  const { engine } = temporal;
  const counting = {
    ...engine,
    // Only the check of open runs can find it.
    endedFromOutside: async () => ({ ended: [], next: undefined }),
    listRunning(ids: readonly string[]) {
      calls.lists += 1;
      return engine.listRunning(ids);
    },
    describe(id: string) {
      calls.describes += 1;
      return engine.describe(id);
    },
    result(...args: Parameters<typeof engine.result>) {
      calls.results += 1;
      return engine.result(...args);
    },
  };
  const here = createTestRuns({ ...records, engine: counting }, { checkIntervalMs });
  t.teardown(() => here.stop());
  await sequelize.query('UPDATE runs SET due_at = now()');
  here.begin();
  const status = async () => (await records.repository.find(ended.id))?.status;
  await until('the outcome is recorded', async () => (await status()) === 'terminated', boundMs);
  await until('all runs are checked', async () => calls.lists >= 2, boundMs);
  t.is(calls.describes, 1);
  t.is(calls.results, 1);
});

test('pages through the workflows that ended from outside', async (t) => {
  const { sequelize } = await createTestDatabase(t);
  const records = testRecords(sequelize, { checkIntervalMs });
  const since = new Date();
  const runs = await mapInBatches(Array.from({ length: openRuns }), 10, () => startRun(records));
  await mapInBatches(runs, 10, ({ workflowId }) => temporal.engine.terminate(workflowId));
  const endedIds = async () => {
    const ids = new Set<string>();
    let next: Uint8Array | undefined;
    do {
      const page = await temporal.engine.endedFromOutside(['hello'], since, next);
      t.true(page.ended.length <= listSize);
      for (const { workflowId } of page.ended) ids.add(workflowId);
      next = page.next;
    } while (next);
    return ids;
  };
  const all = async () =>
    runs.every(
      (
        (ids) =>
        ({ workflowId }: Run) =>
          ids.has(workflowId)
      )(await endedIds()),
    );
  await until('all pages together contain the ended workflows', all, boundMs);
});
