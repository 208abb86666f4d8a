import test from 'ava';
import { DatabaseUnavailable } from '../errors/platform.js';
import { problemsCheck } from './problems-check.js';
import type { ProblemCount } from './run.js';

const found = (...counts: ProblemCount[]) =>
  problemsCheck({ count: async () => counts }).run(new AbortController().signal);

test('is ok and says nothing without problems', async (t) => {
  t.deepEqual(await found(), { state: 'ok' });
});

test('is degraded while workflow code fails, and names the workflows', async (t) => {
  t.deepEqual(
    await found(
      { workflow: 'greet', kind: 'workflow-task-failing', runs: 2 },
      { workflow: 'greet', kind: 'activity-retrying', runs: 1 },
      { workflow: 'approval', kind: 'workflow-task-failing', runs: 1 },
    ),
    {
      state: 'degraded',
      detail: 'the code of 3 runs (greet 2, approval 1) fails; activities of 1 run (greet 1) are retried',
    },
  );
});

test('stays ok while activities are retried', async (t) => {
  const finding = await found({ workflow: 'greet', kind: 'activity-retrying', runs: 7 });
  t.deepEqual(finding, { state: 'ok', detail: 'activities of 7 runs (greet 7) are retried' });
});

test('leaves an unavailable PostgreSQL to its own component', async (t) => {
  const count = () => Promise.reject(new DatabaseUnavailable('gone'));
  const finding = await problemsCheck({ count }).run(new AbortController().signal);
  t.deepEqual(finding, { detail: 'not known without PostgreSQL' });
});
