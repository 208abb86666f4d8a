import { randomUUID } from 'node:crypto';
import type { WorkflowFailedError, WorkflowHandle } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import test, { type ExecutionContext } from 'ava';
import { createFixtureActivities } from '../fixtures/activities.js';
import { startFixture } from '../fixtures/start-fixture.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

let temporal: TestTemporal;
test.before(async () => {
  temporal = await createTestTemporal();
  await temporal.startWorkers(createFixtureActivities());
});
test.after.always(() => temporal?.close());

const waitMs = 20_000;
const send = (way: string, text: string) => startFixture(temporal, 'sendText', { way, text });
const outcomeOf = ({ workflowId }: WorkflowHandle) => temporal.engine.result(workflowId, waitMs);

/** Lone surrogates at the end, as `slice` leaves them, at the start and in the middle; short and long texts are encoded differently. */
const texts = {
  'abcd\ud83d': 'abcd\ufffd',
  '\ude00abcd': '\ufffdabcd',
  'ab\ude00\ud83dcd': 'ab\ufffd\ufffdcd',
  [`${'long '.repeat(20)}\ud83d`]: `${'long '.repeat(20)}\ufffd`,
  '😀 stays, \\ud83d too': '😀 stays, \\ud83d too',
};
const [[text, expected]] = Object.entries(texts) as [[string, string]];

/** Proves that the worker is still running. */
test.afterEach('the worker lives', async (t) => {
  t.like(await outcomeOf(await send('none', '')), { status: 'completed', result: 'sent' });
});

for (const [given, wellFormed] of Object.entries(texts)) {
  test.serial(`fails the run with the code of a failure with ${JSON.stringify(given)}`, async (t) => {
    t.deepEqual(await outcomeOf(await send('failure', given)), {
      status: 'failed',
      failure: { code: wellFormed, message: wellFormed },
    });
  });

  test.serial(`makes a result with ${JSON.stringify(given)} in keys and strings well-formed`, async (t) => {
    t.deepEqual(await outcomeOf(await send('result', given)), {
      status: 'completed',
      result: { [wellFormed]: wellFormed },
    });
  });
}

async function causeOf(t: ExecutionContext, way: string): Promise<Error | undefined> {
  const handle = await send(way, text);
  const error = await t.throwsAsync<WorkflowFailedError>(handle.result());
  return error?.cause;
}

test.serial('passes a malformed message of an activity to the workflow', async (t) => {
  const error = await causeOf(t, 'activity');
  t.true(error instanceof ActivityFailure && error.cause instanceof ApplicationFailure);
  t.is((error as ActivityFailure).cause?.message, expected);
});

test.serial('makes details and causes of a failure well-formed', async (t) => {
  t.deepEqual(((await causeOf(t, 'details')) as ApplicationFailure).details, [expected]);
  t.is(((await causeOf(t, 'cause')) as ApplicationFailure).cause?.message, expected);
});

for (const way of ['memo', 'patch', 'child', 'continued']) {
  test.serial(`accepts a malformed name on the way "${way}"`, async (t) => {
    t.like(await outcomeOf(await send(way, text)), { status: 'completed', result: 'sent' });
  });
}

test.serial('fails a signal with a malformed name and target at the sender', async (t) => {
  t.like(await outcomeOf(await send('signal', text)), { status: 'failed' });
});

test.serial('retries the workflow task after a malformed error of workflow code', async (t) => {
  const handle = await send('fault', text);
  const failureOf = async () => {
    const { events } = await handle.fetchHistory();
    return events?.find((event) => event.workflowTaskFailedEventAttributes)?.workflowTaskFailedEventAttributes?.failure;
  };
  await until('the workflow task has failed', async () => Boolean(await failureOf()));
  t.is((await failureOf())?.message, expected);
  await handle.terminate();
});

test.serial('answers queries and updates with well-formed texts', async (t) => {
  const handle = await startFixture(temporal, 'answerMessages', { text, bytes: 10 });
  const { workflowId } = handle;
  const { engine } = temporal;
  t.deepEqual(await engine.query(workflowId, 'text'), { [expected]: expected });
  await t.throwsAsync(engine.query(workflowId, 'failing'), { code: 'query-failed', message: expected });
  await t.throwsAsync(engine.update(workflowId, 'failing', {}), { code: 'update-rejected', message: expected });
  await t.throwsAsync(engine.update(workflowId, 'refusing', {}), { code: 'update-rejected', message: expected });
  await engine.signal(workflowId, 'end', text);
  t.is(await handle.result(), 'ended');
});

test.serial('sends well-formed texts from the client', async (t) => {
  const { engine } = temporal;
  const { workflowId } = await startFixture(temporal, 'answerMessages', { text, bytes: 10 });
  await engine.terminate(workflowId, text);
  t.deepEqual(await engine.result(workflowId, waitMs), {
    status: 'terminated',
    failure: { code: 'run-terminated', message: expected },
  });
  const id = randomUUID();
  const definition = { name: 'sendText', taskQueue: 'workflows' as const, executionTimeout: '1 minute' } as never;
  await engine.start(definition, { workflowId: `${id}-\ud83d`, input: { way: 'result', text } });
  t.deepEqual(await engine.result(`${id}-\ufffd`, waitMs), {
    status: 'completed',
    result: { [expected]: expected },
  });
});
