import type { WorkflowFailedError } from '@temporalio/client';
import test from 'ava';
import { payloadLimitBytes } from '../../temporal/payload-limit.js';
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
async function outcomeOf(way: string, bytes: number) {
  const { workflowId } = await startFixture(temporal, 'sendBytes', { way, bytes });
  return temporal.engine.result(workflowId, waitMs);
}

const tooLarge = (bytes: number) => ({
  code: 'payload-too-large',
  message: `A value of ${bytes} bytes exceeds Temporal's limit of ${payloadLimitBytes}: store it elsewhere and pass a reference`,
});

/** The second exceeds the limit of a whole message to Temporal. */
for (const bytes of [2_100_000, 5_000_000]) {
  for (const way of ['result', 'input of an activity', 'child', 'signal', 'continued', 'memo']) {
    test.serial(`fails the run permanently for ${bytes} bytes: ${way}`, async (t) => {
      t.deepEqual(await outcomeOf(way, bytes), { status: 'failed', failure: tooLarge(bytes) });
    });
  }

  test.serial(`fails the run on the first attempt for ${bytes} bytes: result of an activity`, async (t) => {
    t.deepEqual(await outcomeOf('result of an activity', bytes), {
      status: 'failed',
      failure: { ...tooLarge(bytes), activity: 'give', attempt: 1 },
    });
  });

  test.serial(`keeps the code and the start of a message of ${bytes} bytes of a failure`, async (t) => {
    const outcome = await outcomeOf('message of a failure', bytes);
    if (outcome?.status !== 'failed') return t.fail(JSON.stringify(outcome));
    t.is(outcome.failure.code, 'of-mine');
    t.regex(outcome.failure.message, new RegExp(`^xxx.*… \\(${bytes - 2} characters\\)$`));
  });

  test.serial(`keeps the code of a failure with details of ${bytes} bytes`, async (t) => {
    const handle = await startFixture(temporal, 'sendBytes', { way: 'details of a failure', bytes });
    const error = await t.throwsAsync<WorkflowFailedError>(handle.result());
    t.like(error?.cause, { type: 'of-mine', details: ['Omitted: the details of a failure may take 512 KiB'] });
  });

  test.serial(`keeps the code of an activity's failure with a message of ${bytes} bytes`, async (t) => {
    const outcome = await outcomeOf('message of an activity', bytes);
    if (outcome?.status !== 'failed') return t.fail(JSON.stringify(outcome));
    t.like(outcome.failure, { code: 'of-mine', activity: 'failWithBytes' });
    t.regex(outcome.failure.message, new RegExp(`^xxx.*… \\(${bytes} characters\\)$`));
  });

  test.serial(`fails queries and updates that answer ${bytes} bytes with the size`, async (t) => {
    const { workflowId } = await startFixture(temporal, 'answerMessages', { text: '', bytes });
    const { message } = tooLarge(bytes);
    await t.throwsAsync(temporal.engine.query(workflowId, 'bytes'), { code: 'query-failed', message });
    await t.throwsAsync(temporal.engine.update(workflowId, 'bytes', {}), { code: 'update-rejected', message });
    await t.throwsAsync(temporal.engine.signal(workflowId, 'end', 'x'.repeat(bytes - 2)), {
      code: 'temporal-refused',
      message,
    });
    await temporal.engine.terminate(workflowId);
  });
}

for (const way of ['result', 'input of an activity', 'result of an activity', 'child']) {
  test.serial(`accepts the largest value: ${way}`, async (t) => {
    t.like(await outcomeOf(way, payloadLimitBytes), { status: 'completed' });
  });
}

test.serial('ends the run with the reason if its inputs are too large together', async (t) => {
  const outcome = await outcomeOf('two inputs of an activity', 4_000_000);
  if (outcome?.status !== 'terminated') return t.fail(JSON.stringify(outcome));
  t.regex(outcome.failure.message, /Input exceeds size limit/);
});

test.serial('ends the run with the reason if a workflow task exceeds the message limit', async (t) => {
  const outcome = await outcomeOf('many inputs', 6_000_000);
  if (outcome?.status !== 'terminated') return t.fail(JSON.stringify(outcome));
  t.regex(outcome.failure.message, /^The workflow sent more than 4 MB to Temporal in one workflow task/);
});

test.serial('keeps the code of an activity whose error is its own cause', async (t) => {
  const { workflowId } = await startFixture(temporal, 'sendBytes', { way: 'causes in a circle', bytes: 0 });
  t.like(await temporal.engine.result(workflowId, waitMs), { status: 'failed', failure: { code: 'of-mine' } });
});

test.serial('rejects a start with a value that is too large before sending it', async (t) => {
  const definition = { name: 'sendBytes', taskQueue: 'workflows' as const, executionTimeout: '1 minute' } as never;
  const input = 'x'.repeat(2_100_000);
  await t.throwsAsync(temporal.engine.start(definition, { workflowId: 'too-large', input }), {
    code: 'temporal-refused',
    message: tooLarge(2_100_002).message,
  });
  t.is(await temporal.engine.describe('too-large'), undefined);
});

/** The SDK retries such an activity, whatever error it throws. */
test.serial('shows an activity whose heartbeat is too large in the history', async (t) => {
  const { workflowId } = await startFixture(temporal, 'sendBytes', { way: 'heartbeat', bytes: 2_100_000 });
  const failed = async () => (await temporal.engine.history(workflowId))?.steps.find(({ failure }) => failure);
  await until('the history shows the failure', async () => Boolean(await failed()));
  t.like(await failed(), {
    name: 'beatWith',
    failure: { code: 'CancelledFailure', message: 'HEARTBEAT_DETAILS_CONVERSION_FAILED' },
  });
  await temporal.engine.terminate(workflowId);
});
