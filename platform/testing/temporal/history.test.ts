import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import test from 'ava';
import { hello, vote } from '../fixtures/definitions.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

/** Whether the activity finds a greeting. */
let inspired = false;

let temporal: TestTemporal;
test.before(async () => {
  temporal = await createTestTemporal();
  await temporal.startWorkers({
    composeGreeting: async ({ name }: { name: string }) => {
      if (!inspired) throw ApplicationFailure.create({ type: 'no-words', message: 'nothing comes to mind' });
      return `Hello, ${name}!`;
    },
    recordDecision: async () => {},
  });
});
test.after.always(() => temporal?.close());

const stepsOf = async (workflowId: string) => (await temporal.engine.history(workflowId))?.steps ?? [];
/** Kind, name and status of each step. */
const brief = async (workflowId: string) =>
  (await stepsOf(workflowId)).map(({ kind, name, status }) => `${kind} ${name} ${status}`);

test('shows why an activity is retried, then the attempt that succeeded', async (t) => {
  const workflowId = `hello-${randomUUID()}`;
  await temporal.engine.start(hello, { workflowId, input: { name: 'Ada' } });
  const failure = { code: 'no-words', message: 'nothing comes to mind' };
  await until('a retry', async () => (await stepsOf(workflowId))[0]?.status === 'retrying');
  t.like(await stepsOf(workflowId), [{ kind: 'activity', name: 'composeGreeting', endedAt: null, failure }]);

  inspired = true;
  await temporal.engine.result(workflowId, 60_000);
  const history = await temporal.engine.history(workflowId);
  t.like(history, { steps: [{ status: 'completed', failure }], truncated: false });
  t.true(Number(history?.steps[0]?.attempts) > 1);
  t.notRegex(JSON.stringify(history), /Ada|Hello/);
});

test('shows a reset between the steps that were kept and those that were repeated', async (t) => {
  const workflowId = `vote-${randomUUID()}`;
  const { client, engine } = temporal;
  await engine.start(vote, { workflowId, input: { subject: 'a holiday', deadline: '1 hour' } });
  await engine.query(workflowId, 'state');
  await engine.update(workflowId, 'decide', { decision: 'approved', decidedBy: 'ada' });
  await engine.result(workflowId, 60_000);
  const decided = ['timer null cancelled', 'update decide completed', 'activity recordDecision completed'];
  t.deepEqual(await brief(workflowId), decided);
  const [timer] = await stepsOf(workflowId);
  t.is(timer?.timerMs, 3_600_000);
  t.is(timer?.durationMs, Date.parse(String(timer?.endedAt)) - Date.parse(String(timer?.scheduledAt)));

  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    reason: 'a test',
    requestId: workflowId,
    workflowTaskFinishEventId: { low: 4, high: 0, unsigned: false } as never,
  });
  await engine.result(workflowId, 60_000);
  // The reset reapplies the update at once.
  t.deepEqual(await brief(workflowId), ['reset null completed', ...decided.slice(1)]);
});

test('shows the steps before continue-as-new', async (t) => {
  const workflowId = `by-hand-${randomUUID()}`;
  const { client, engine } = temporal;
  const { namespace } = client.options;
  const [workflowType, taskQueue] = [{ name: 'by-hand' }, { name: 'by-hand' }];
  await client.workflow.start(workflowType.name, { workflowId, taskQueue: taskQueue.name });
  await engine.signal(workflowId, 'first', 'secret');
  const { taskToken } = await client.withDeadline(Date.now() + 60_000, () =>
    client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue }),
  );
  await client.workflowService.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    commands: [{ commandType: 10, continueAsNewWorkflowExecutionCommandAttributes: { workflowType, taskQueue } }],
  });
  await engine.signal(workflowId, 'second', 'secret');
  t.deepEqual(await brief(workflowId), [
    'signal first completed',
    'continued null completed',
    'signal second completed',
  ]);
  t.notRegex(JSON.stringify(await stepsOf(workflowId)), /secret/);
});

test('returns undefined for an unknown workflow', async (t) => {
  t.is(await temporal.engine.history('unknown'), undefined);
});
