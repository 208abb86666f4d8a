import { ApplicationFailure } from '@temporalio/common';
import test from 'ava';
import { DatabaseUnavailable } from '../errors/platform.js';
import { RunNotFound } from '../errors/runs.js';
import { activityFailure, failureInterceptor } from './failure.js';

test('a permanent domain error becomes a failure of its code that is not retried', (t) => {
  const cause = new RunNotFound('x');
  const failure = activityFailure(cause);
  t.true(failure instanceof ApplicationFailure);
  t.like(failure, { type: 'run-not-found', nonRetryable: true, cause });
});

test('a passing domain error becomes a failure that is retried', (t) => {
  t.like(activityFailure(new DatabaseUnavailable('away')), { type: 'database-unavailable', nonRetryable: false });
});

test('any other error stays as it is', (t) => {
  const error = new Error('a fault');
  t.is(activityFailure(error), error);
});

test('the interceptor translates what an activity throws, and passes on what it returns', async (t) => {
  const input = { args: [], headers: {} };
  const execute = failureInterceptor.execute;
  t.is(await execute?.(input, async () => 'done'), 'done');
  const thrown = execute?.(input, () => Promise.reject(new RunNotFound('x'))) ?? Promise.resolve();
  await t.throwsAsync(thrown, { instanceOf: ApplicationFailure });
});
