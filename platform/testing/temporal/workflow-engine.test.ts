import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import test from 'ava';
import { createTemporalClient } from '../../temporal/connection.js';
import { createFixtureActivities } from '../fixtures/activities.js';
import { hello, vote } from '../fixtures/definitions.js';

import { startFixture } from '../fixtures/start-fixture.js';
import { createTestEngine, createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

/** Longer than a busy machine takes, in milliseconds. */
const patiently = 60_000;

let temporal: TestTemporal;
test.before(async () => {
  temporal = await createTestTemporal();
  await temporal.startWorkers({
    composeGreeting: async ({ name }: { name: string }) => {
      if (name === 'unknown') throw ApplicationFailure.nonRetryable('the name is unknown', 'name-unknown');
      return `Hello, ${name}!`;
    },
    recordDecision: async () => {},
  });
});
test.after.always(() => temporal?.close());

const newId = (workflow: string) => `${workflow}-${randomUUID()}`;
const input = { subject: 'a holiday', deadline: '1 hour' };

async function waitingVote(): Promise<string> {
  const workflowId = newId('vote');
  await temporal.engine.start(vote, { workflowId, input });
  return workflowId;
}

async function endedGreeting(name = 'Ada'): Promise<string> {
  const workflowId = newId('hello');
  await temporal.execute(hello, { workflowId, input: { name }, waitMs: 60_000 });
  return workflowId;
}

test('starts nothing for a used id, even after the first workflow has closed', async (t) => {
  const workflowId = await endedGreeting();
  t.is(await temporal.engine.start(hello, { workflowId, input: { name: 'Bob' } }), undefined);
  t.deepEqual(await temporal.engine.result(workflowId, patiently), {
    status: 'completed',
    result: { greeting: 'Hello, Ada!' },
  });
});

test('describes open and closed workflows, and returns undefined for unknown ones', async (t) => {
  t.like(await temporal.engine.describe(await waitingVote()), { open: true, closedAt: undefined });
  const closed = await temporal.engine.describe(await endedGreeting());
  t.false(closed?.open);
  t.true(closed?.closedAt instanceof Date);
  t.is(await temporal.engine.describe('unknown'), undefined);
});

test('changes nothing when the wait ends before the workflow', async (t) => {
  const workflowId = await waitingVote();
  t.is(await temporal.engine.result(workflowId, 50), undefined);
  t.like(await temporal.engine.describe(workflowId), { open: true });
});

test('ends the wait at once if the signal has aborted', async (t) => {
  const workflowId = await waitingVote();
  t.is(await temporal.engine.result(workflowId, 60_000, AbortSignal.abort()), undefined);
});

/** Below the SDK's own retries, which take about 20 s; in milliseconds. */
const sdkPatienceMs = 15_000;

test('ends the wait in time if Temporal cannot be reached', async (t) => {
  const client = createTemporalClient({ ...temporal.settings, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  // Left open: closing it would make a call that waits for its next attempt throw from its timer.
  const started = performance.now();
  t.is(await createTestEngine(client, 500).result('any', 1_000), undefined);
  t.true(performance.now() - started < sdkPatienceMs);
});

test('reports code, message, activity and attempt of a failure', async (t) => {
  t.deepEqual(await temporal.engine.result(await endedGreeting('unknown'), patiently), {
    status: 'failed',
    failure: { code: 'name-unknown', message: 'the name is unknown', activity: 'composeGreeting', attempt: 1 },
  });
});

test('reports a termination with its reason', async (t) => {
  const workflowId = await waitingVote();
  await temporal.engine.terminate(workflowId, 'the office is closed');
  t.like(await temporal.engine.result(workflowId, patiently), {
    status: 'terminated',
    failure: { code: 'run-terminated' },
  });
});

test('reports a timeout', async (t) => {
  const workflowId = newId('vote');
  await temporal.engine.start({ ...vote, executionTimeout: '1 second' }, { workflowId, input });
  t.like(await temporal.engine.result(workflowId, 60_000), {
    status: 'timed-out',
    failure: { code: 'run-timed-out' },
  });
});

test('reports run-ended for messages to a closed workflow', async (t) => {
  const workflowId = await endedGreeting();
  const ended = { code: 'run-ended' };
  await t.throwsAsync(temporal.engine.signal(workflowId, 'any', {}), ended);
  await t.throwsAsync(temporal.engine.update(workflowId, 'decide', {}), ended);
  await t.throwsAsync(temporal.engine.terminate(workflowId), ended);
});

test('reports message-not-found for an unknown query', async (t) => {
  const workflowId = await waitingVote();
  await t.throwsAsync(temporal.engine.query(workflowId, 'mood'), { code: 'message-not-found' });
});

test('reports worker-unavailable for a query without a worker, and update-unconfirmed for an update', async (t) => {
  const idle = await createTestTemporal();
  t.teardown(() => idle.close());
  const workflowId = newId('vote');
  await idle.engine.start(vote, { workflowId, input });
  const engine = createTestEngine(idle.client, 2_000);
  await t.throwsAsync(engine.query(workflowId, 'state'), { code: 'worker-unavailable' });
  await t.throwsAsync(engine.update(workflowId, 'decide', {}), { code: 'update-unconfirmed' });
});

for (const how of ['complete', 'fail', 'continue', 'cancel', 'terminate']) {
  test(`reports update-unconfirmed if the run ends during the update: ${how}`, async (t) => {
    const own = await createTestTemporal();
    t.teardown(() => own.close());
    await own.startWorkers(createFixtureActivities());
    const handle = await startFixture(own, 'answerMessages', { text: '', bytes: 10 });
    const { workflowId } = handle;
    const update = t.throwsAsync(own.engine.update(workflowId, 'slow', {}), { code: 'update-unconfirmed' });
    const isRunning = async () => {
      const { events } = await handle.fetchHistory();
      return events?.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes) ?? false;
    };
    await until('the update is running', isRunning);
    if (how === 'cancel') await own.engine.cancel(workflowId);
    else if (how === 'terminate') await own.engine.terminate(workflowId);
    else await own.engine.signal(workflowId, 'end', how);
    await update;
  });
}

test('reports update-rejected if the handler cancels its own scope, and the run continues', async (t) => {
  const own = await createTestTemporal();
  t.teardown(() => own.close());
  await own.startWorkers(createFixtureActivities());
  const handle = await startFixture(own, 'answerMessages', { text: '', bytes: 10 });
  await t.throwsAsync(own.engine.update(handle.workflowId, 'impatient', {}), { code: 'update-rejected' });
  await handle.signal('end', 'complete');
  t.is(await handle.result(), 'ended');
});

test('reports query-failed for a workflow that ended before it began', async (t) => {
  const idle = await createTestTemporal();
  t.teardown(() => idle.close());
  const engine = createTestEngine(idle.client, 5_000);
  const workflowId = newId('vote');
  await engine.start(vote, { workflowId, input });
  await engine.terminate(workflowId, 'early');
  await t.throwsAsync(engine.query(workflowId, 'state'), { code: 'query-failed' });
});

test('reports temporal-unavailable within the deadline, with its cause', async (t) => {
  const client = createTemporalClient({ ...temporal.settings, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  t.teardown(() => client.connection.close());
  const engine = createTestEngine(client, 500);
  const started = performance.now();
  const error = await t.throwsAsync(engine.describe('any'), { code: 'temporal-unavailable' });
  t.true(error?.cause instanceof Error);
  t.true(performance.now() - started < sdkPatienceMs);
});

test('reports namespace-not-found for an unknown namespace', async (t) => {
  const client = createTemporalClient({ ...temporal.settings, TEMPORAL_NAMESPACE: 'nowhere' });
  t.teardown(() => client.connection.close());
  const engine = createTestEngine(client, 5_000);
  await t.throwsAsync(engine.start(hello, { workflowId: 'any', input: { name: 'x' } }), {
    code: 'namespace-not-found',
  });
});

test('reports temporal-refused for an input that is too large for Temporal', async (t) => {
  const name = 'x'.repeat(3_000_000);
  await t.throwsAsync(temporal.engine.start(hello, { workflowId: newId('hello'), input: { name } }), {
    code: 'temporal-refused',
  });
});
