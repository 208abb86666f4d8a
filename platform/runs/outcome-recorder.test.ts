import test from 'ava';
import type { Logger } from '../observability/logger.js';
import { createOutcomeRecorder } from './outcome-recorder.js';
import type { Outcome, Run } from './run.js';
import type { RunProblem } from './run-problem.js';

const id = '0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10';
const failing: RunProblem = {
  kind: 'workflow-task-failing',
  activity: null,
  attempts: 1,
  failure: { code: 'TypeError', message: 'no' },
  nextAttemptAt: null,
};

/** Records the end of a run with these problems. @returns the lines of the log */
async function endWith(problems: Run['problems']) {
  const logged: object[] = [];
  const run = { id, workflow: 'greet', problems } as Run;
  const outcome: Outcome = { status: 'completed', result: {} };
  const recorder = createOutcomeRecorder({
    openRuns: { unrecorded: async () => [run] },
    engine: { result: async () => outcome },
    settlement: { record: async () => run },
    logger: { info: (fields: object) => logged.push(fields) } as unknown as Logger,
  });
  recorder.note({ workflowId: `greet-${id}`, temporalRunId: 'x', startedAt: new Date() });
  await recorder.flush();
  return logged;
}

test('logs the recovery of a run that ends right after its code is fixed', async (t) => {
  t.deepEqual(await endWith([failing]), [{ runId: id, workflow: 'greet', recovered: true }]);
});

test('logs no recovery of a run without a failing workflow task', async (t) => {
  t.deepEqual(await endWith(null), []);
  t.deepEqual(await endWith([{ ...failing, kind: 'activity-retrying', activity: 'charge' }]), []);
});
