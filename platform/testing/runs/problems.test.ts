import test from 'ava';
import { createLogger } from '../../observability/logger.js';
import { createProblemRecorder } from '../../runs/problem-recorder.js';
import type { Run } from '../../runs/run.js';
import { createCatalogue } from '../../workflows/catalogue.js';
import { createFixtureActivities } from '../fixtures/activities.js';
import { withBrokenCode } from '../fixtures/broken.js';
import { hello, mend } from '../fixtures/definitions.js';
import { createTestDatabase } from '../support/postgres.js';
import { createTestRuns, recorderOf, type TestRuns, testRecords } from '../support/runs.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

const logger = createLogger('worker', { LOG_LEVEL: 'fatal', LOG_FORMAT: 'json' });

interface Parts {
  readonly temporal: TestTemporal;
  readonly runs: TestRuns;
  /** Starts workers that record problems. */
  readonly startWorkers: (activities?: object) => Promise<() => Promise<void>>;
}

async function start(t: { teardown: (end: () => Promise<void>) => void }): Promise<Parts> {
  // Own servers' data: a dispatcher starts every pending run of its database.
  const database = await createTestDatabase();
  const temporal = await createTestTemporal();
  const parts = { ...testRecords(database.sequelize, { leaseMs: 20_000 }), engine: temporal.engine };
  const runs = createTestRuns(
    parts,
    { callTimeoutMs: 5_000, leaseMs: 20_000 },
    { catalogue: createCatalogue([mend, hello]) },
  );
  runs.begin();
  t.teardown(async () => {
    await runs.stop();
    await temporal.close();
    await database.drop();
  });
  const recorder = createProblemRecorder({ records: parts.problems, engine: temporal.engine, logger });
  return {
    temporal,
    runs,
    startWorkers: (activities = createFixtureActivities()) =>
      temporal.startWorkers(activities, {}, recorderOf(parts), recorder.note),
  };
}

async function runWith({ ada }: TestRuns, id: string, what: string, holds: (run: Run) => boolean): Promise<Run> {
  let run = await ada.get(id);
  await until(
    () => `${what}: ${JSON.stringify(run)}`,
    async () => {
      run = await ada.get(id);
      return holds(run);
    },
  );
  return run;
}

test.serial(
  'a run shows its failing workflow task, and queries and updates say so, until the code is fixed',
  async (t) => {
    const { runs, startWorkers } = await start(t);
    const stop = await withBrokenCode(() => startWorkers());
    const { id } = await runs.ada.start('mend', { count: 0 });
    const beganAt = performance.now();
    const run = await runWith(runs, id, 'a problem', ({ problems }) => problems !== null);
    t.log(`shown after ${Math.round(performance.now() - beganAt)} ms`);
    t.like(run.problems?.[0], {
      kind: 'workflow-task-failing',
      attempts: 1,
      failure: { code: 'TypeError', message: 'the fixture is broken' },
    });
    const [shown] = (await runs.ada.history(id)).problems;
    t.deepEqual(shown?.failure, { code: 'TypeError', message: 'the fixture is broken' });
    const failing = { code: 'workflow-task-failing', message: /the fixture is broken/ };
    await t.throwsAsync(runs.ada.query(id, 'state'), failing);
    await t.throwsAsync(runs.ada.update(id, 'end', { count: 0 }, 'a key'), failing);

    await stop();
    await startWorkers();
    await runWith(runs, id, 'no problem', ({ problems }) => problems === null);
    t.deepEqual((await runs.ada.history(id)).problems, []);
    t.deepEqual(await runs.ada.query(id, 'state'), { ended: false });
    // The rejected update was not sent, so its key is free.
    t.deepEqual(await runs.ada.update(id, 'end', { count: 0 }, 'a key'), { ended: true });
  },
);

test.serial('a run shows the retries of an activity until an attempt succeeds', async (t) => {
  const { runs, startWorkers } = await start(t);
  let hasWords = false;
  await startWorkers({
    composeGreeting: async () => {
      if (!hasWords) throw new RangeError('nothing comes to mind');
      return 'Hello!';
    },
  });
  const { id } = await runs.ada.start('hello', { name: 'Ada' });
  const { problems } = await runWith(runs, id, 'later attempts', (run) => (run.problems?.[0]?.attempts ?? 0) > 1);
  t.like(problems?.[0], {
    kind: 'activity-retrying',
    activity: 'composeGreeting',
    failure: { code: 'RangeError', message: 'nothing comes to mind' },
  });
  hasWords = true;
  const run = await runWith(runs, id, 'the end', ({ status }) => status === 'completed');
  t.is(run.problems, null);
});

test.serial('an ended run has no problems', async (t) => {
  const { runs, startWorkers } = await start(t);
  await withBrokenCode(() => startWorkers());
  const { id } = await runs.ada.start('mend', { count: 0 });
  await runWith(runs, id, 'a problem', ({ problems }) => problems !== null);
  await runs.ada.terminate(id);
  const run = await runWith(runs, id, 'the end', ({ status }) => status === 'terminated');
  t.is(run.problems, null);
});
