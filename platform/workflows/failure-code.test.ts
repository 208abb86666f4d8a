import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  RetryState,
  TimeoutFailure,
} from '@temporalio/common';
import test from 'ava';
import { failureCode } from './failure-code.js';

const declined = ApplicationFailure.nonRetryable('The card was declined', 'card-declined');
const ofActivity = (cause: Error) =>
  new ActivityFailure('Activity task failed', 'chargeCard', '1', RetryState.NON_RETRYABLE_FAILURE, undefined, cause);
const ofChild = (cause: Error) =>
  new ChildWorkflowFailure('default', { workflowId: 'w', runId: 'r' }, 'pay', RetryState.IN_PROGRESS, cause);

test('is the code of the activity that failed', (t) => {
  t.is(failureCode(ofActivity(declined)), 'card-declined');
});

test('is the code of an activity in a child', (t) => {
  t.is(failureCode(ofChild(ofActivity(declined))), 'card-declined');
});

test('is the code of a failure of the workflow itself', (t) => {
  t.is(failureCode(declined), 'card-declined');
});

test('cancellations, timeouts and bugs have no code', (t) => {
  const others = [
    ofActivity(new CancelledFailure('cancelled')),
    ofActivity(new TimeoutFailure('late', undefined, 'START_TO_CLOSE')),
  ];
  for (const error of [...others, new TypeError('a bug'), undefined]) t.is(failureCode(error), undefined);
});
