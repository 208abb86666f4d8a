import type { Info } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import test from 'ava';
import { activityFailure } from '../activities/failure.js';
import { DomainError } from '../errors/domain-error.js';
import type { Logger } from '../observability/logger.js';
import { attemptReports } from './activity-attempts.js';

const runId = '0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10';
const input = { args: [], headers: {} };

/** Runs one attempt. @returns the lines of the log and the reports */
async function attemptOf(info: object, attempt: () => Promise<unknown>) {
  const logged: Record<string, unknown>[] = [];
  const reported: boolean[] = [];
  const logger = { warn: (fields: Record<string, unknown>) => logged.push(fields) } as unknown as Logger;
  const interceptorOf = attemptReports({ logger, onAttempt: ({ fails }) => reported.push(fails) });
  const workflowExecution = { workflowId: `greet-${runId}`, runId: 'x' };
  const whole = { attempt: 1, activityType: 'charge', workflowType: 'greet', workflowExecution, ...info } as Info;
  await interceptorOf(whole)
    .execute?.(input, attempt)
    .catch(() => undefined);
  return { logged, reported };
}

const fail = (error: Error) => () => Promise.reject(error);
const retryPolicy = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' };

test('logs a failed attempt with its run and the time until the next one', async (t) => {
  const { logged, reported } = await attemptOf({ attempt: 3, retryPolicy }, fail(new Error('no')));
  t.like(logged, [{ workflow: 'greet', runId, activity: 'charge', attempt: 3, retryInMs: 2_000 }]);
  t.deepEqual(reported, []);
});

class PaymentsFailed extends DomainError {
  readonly code = 'payments-failed';
  override readonly permanent = false;
}

test('logs the error that the activity threw, and gives its stack to the failure', async (t) => {
  const thrown = new PaymentsFailed('no');
  const failure = activityFailure(thrown) as ApplicationFailure;
  const { logged } = await attemptOf({ retryPolicy }, fail(failure));
  t.is(logged[0]?.['err'], thrown);
  t.is(failure.stack, thrown.stack);
});

test('reports the first failure, and a success after failures', async (t) => {
  t.deepEqual((await attemptOf({ retryPolicy }, fail(new Error('no')))).reported, [true]);
  t.deepEqual((await attemptOf({ attempt: 3, retryPolicy }, async () => 'done')).reported, [false]);
  t.deepEqual((await attemptOf({ retryPolicy }, async () => 'done')).reported, []);
});

test('reports a second attempt at its start: the first one may have died with its worker', async (t) => {
  t.deepEqual((await attemptOf({ attempt: 2, retryPolicy }, async () => 'done')).reported, [true, false]);
});

test('knows the last attempt', async (t) => {
  const last = { retryInMs: undefined };
  const permanent = ApplicationFailure.nonRetryable('no');
  t.like((await attemptOf({ retryPolicy }, fail(permanent))).logged, [last]);
  t.like((await attemptOf({ attempt: 3, retryPolicy: { maximumAttempts: 3 } }, fail(new Error('no')))).logged, [last]);
});

test('uses the longest interval, the delay of the failure, and the defaults of Temporal', async (t) => {
  const retryInMs = async (info: object, error: Error) => (await attemptOf(info, fail(error))).logged[0]?.['retryInMs'];
  t.is(await retryInMs({ attempt: 20, retryPolicy }, new Error('no')), 30_000);
  t.is(await retryInMs({ retryPolicy }, ApplicationFailure.create({ message: 'no', nextRetryDelay: '7s' })), 7_000);
  t.is(await retryInMs({ attempt: 2 }, new Error('no')), 2_000);
});

test('a cancellation is no failure', async (t) => {
  const { logged, reported } = await attemptOf({ retryPolicy }, fail(new CancelledFailure('asked to')));
  t.deepEqual([logged, reported], [[], []]);
});

test('logs but does not report activities of a child workflow, which has no run of its own', async (t) => {
  const workflowExecution = { workflowId: `child-${runId}`, runId: 'x' };
  const { logged, reported } = await attemptOf({ workflowExecution, retryPolicy }, fail(new Error('no')));
  t.like(logged, [{ runId }]);
  t.deepEqual(reported, []);
});
