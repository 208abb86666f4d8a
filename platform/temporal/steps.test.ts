import { msNumberToTs } from '@temporalio/common/lib/time.js';
import test from 'ava';
import type { RunStep } from '../runs/run-history.js';
import { momentOf as at, closed, historyOf, open, read, type ToldEvent } from '../testing/support/history-events.js';
import type { PendingActivity } from './steps.js';

const charge = ['ACTIVITY_TASK_SCHEDULED', { activityId: '7', activityType: { name: 'charge' } }] as const;
const declined = {
  message: 'declined',
  applicationFailureInfo: { type: 'card-declined', details: { payloads: [{ data: 'c2VjcmV0' }] } },
};
const timedOut = {
  message: 'activity StartToClose timeout',
  timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE' },
};

test('shows an activity that no worker took as scheduled', (t) => {
  const step: RunStep = {
    kind: 'activity',
    name: 'charge',
    status: 'scheduled',
    attempts: 0,
    scheduledAt: at(1),
    startedAt: null,
    endedAt: null,
    durationMs: null,
    timerMs: null,
    failure: null,
  };
  const untouched: PendingActivity = { activityId: '7', state: 1, attempt: 1 };
  t.deepEqual(read(historyOf(charge), open), [step]);
  t.deepEqual(read(historyOf(charge), { open: true, pendingActivities: [untouched] }), [step]);
});

test('shows attempts and last failure of an activity that is retried', (t) => {
  const waiting: PendingActivity = {
    activityId: '7',
    state: 1,
    attempt: 3,
    lastStartedTime: msNumberToTs(Date.parse(at(9))),
    lastFailure: { message: 'declined', applicationFailureInfo: { type: 'card-declined' } },
  };
  const failure = { code: 'card-declined', message: 'declined' };
  const during = (pending: PendingActivity) => read(historyOf(charge), { open: true, pendingActivities: [pending] });
  t.like(during(waiting), [{ status: 'retrying', attempts: 2, startedAt: at(9), endedAt: null, failure }]);
  t.like(during({ ...waiting, state: 2 }), [{ status: 'running', attempts: 3, failure }]);
  t.like(during({ ...waiting, state: 4 }), [{ status: 'retrying', attempts: 2 }]);
  t.like(during({ ...waiting, activityId: '8' }), [{ status: 'scheduled' }]);
});

test('shows attempts and last failure of a completed activity', (t) => {
  const [step] = read(
    historyOf(
      charge,
      ['ACTIVITY_TASK_STARTED', { scheduledEventId: '1', attempt: 2, lastFailure: declined }],
      ['ACTIVITY_TASK_COMPLETED', { scheduledEventId: '1', startedEventId: '2' }],
    ),
    // Its state before the history was read.
    { open: true, pendingActivities: [{ activityId: '7', state: 1, attempt: 2 }] },
  );
  t.deepEqual(step, {
    kind: 'activity',
    name: 'charge',
    status: 'completed',
    attempts: 2,
    scheduledAt: at(1),
    startedAt: at(2),
    endedAt: at(3),
    durationMs: 2_000,
    timerMs: null,
    failure: { code: 'card-declined', message: 'declined' },
  });
});

const ends: Readonly<Record<string, readonly [type: string, attributes: object, expected: object]>> = {
  'has failed': [
    'FAILED',
    { failure: declined },
    { status: 'failed', failure: { code: 'card-declined', message: 'declined' } },
  ],
  'ran out of time': [
    'TIMED_OUT',
    { failure: timedOut },
    { status: 'timed-out', failure: { code: 'activity-timed-out', message: 'activity StartToClose timeout' } },
  ],
  'was cancelled': ['CANCELED', {}, { status: 'cancelled', failure: null }],
};
for (const [what, [type, attributes, expected]] of Object.entries(ends)) {
  test(`shows an activity that ${what}`, (t) => {
    const events = historyOf(
      charge,
      ['ACTIVITY_TASK_STARTED', { scheduledEventId: '1', attempt: 1 }],
      [`ACTIVITY_TASK_${type}`, { scheduledEventId: '1', ...attributes }],
    );
    t.like(read(events, open), [{ attempts: 1, endedAt: at(3), ...expected }]);
  });
}

test('does not know the attempts of an activity that ended between two of them', (t) => {
  const outOfTime = ['ACTIVITY_TASK_TIMED_OUT', { scheduledEventId: '1', failure: timedOut }] as const;
  t.like(read(historyOf(charge, outOfTime), open), [{ status: 'timed-out', attempts: null, startedAt: null }]);
  t.like(read(historyOf(charge), closed), [{ status: 'abandoned', attempts: null }]);
});

test('uses the code of run failures for failures without a type', (t) => {
  const lastFailure = { message: 'declined', applicationFailureInfo: { type: '' } };
  const pending: PendingActivity = { activityId: '7', state: 1, attempt: 2, lastFailure };
  const [step] = read(historyOf(charge), { open: true, pendingActivities: [pending] });
  t.deepEqual(step?.failure, { code: 'run-failed', message: 'declined' });
});

const timer = (timerId: string, startToFireTimeout: string) =>
  ['TIMER_STARTED', { timerId, startToFireTimeout }] as const;
const child = ['START_CHILD_WORKFLOW_EXECUTION_INITIATED', { workflowType: { name: 'hello' } }] as const;

test('shows the setting and the real duration of a timer', (t) => {
  const events = historyOf(
    timer('1', '1.500s'),
    timer('2', '3600s'),
    timer('3', '3600s'),
    ['TIMER_FIRED', { timerId: '1', startedEventId: '1' }],
    ['TIMER_CANCELED', { timerId: '2', startedEventId: '2' }],
  );
  const timers = [
    { status: 'completed', timerMs: 1_500, durationMs: 3_000, startedAt: at(1), endedAt: at(4) },
    { status: 'cancelled', timerMs: 3_600_000, durationMs: 3_000, endedAt: at(5) },
  ];
  t.like(read(events, open), [...timers, { status: 'running', timerMs: 3_600_000, durationMs: null, endedAt: null }]);
  // For example after a termination: the timer neither fired nor was cancelled.
  t.like(read(events, closed), [...timers, { status: 'abandoned', timerMs: 3_600_000, durationMs: null }]);
});

const spans: Readonly<Record<string, readonly [begin: ToldEvent, end: string, attributes: object]>> = {
  'an activity that completed': [charge, 'ACTIVITY_TASK_COMPLETED', { scheduledEventId: '1' }],
  'an activity that timed out': [charge, 'ACTIVITY_TASK_TIMED_OUT', { scheduledEventId: '1', failure: timedOut }],
  'an activity that was cancelled': [charge, 'ACTIVITY_TASK_CANCELED', { scheduledEventId: '1' }],
  'a child workflow': [child, 'CHILD_WORKFLOW_EXECUTION_TERMINATED', { initiatedEventId: '1' }],
  'a child workflow that did not start': [child, 'START_CHILD_WORKFLOW_EXECUTION_FAILED', { initiatedEventId: '1' }],
  'a signal to another workflow': [
    ['SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED', { signalName: 'remind' }],
    'EXTERNAL_WORKFLOW_EXECUTION_SIGNALED',
    { initiatedEventId: '1' },
  ],
  'an update': [
    ['WORKFLOW_EXECUTION_UPDATE_ACCEPTED', { protocolInstanceId: 'u', acceptedRequest: { input: { name: 'decide' } } }],
    'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
    { meta: { updateId: 'u' }, outcome: {} },
  ],
};
for (const [what, [begin, end, attributes]] of Object.entries(spans)) {
  test(`shows the duration after the end: ${what}`, (t) => {
    const other = ['WORKFLOW_TASK_COMPLETED', {}] as const;
    const events = historyOf(begin, other, [end, attributes]);
    t.like(read(events, closed), [{ scheduledAt: at(1), endedAt: at(3), durationMs: 2_000, timerMs: null }]);
    for (const state of [open, closed])
      t.like(read(historyOf(begin, other), state), [{ endedAt: null, durationMs: null, timerMs: null }]);
  });
}

test('has no duration for steps with a single event', (t) => {
  const events = historyOf(
    ['WORKFLOW_EXECUTION_SIGNALED', { signalName: 'remind' }],
    ['WORKFLOW_EXECUTION_CANCEL_REQUESTED', {}],
    ['MARKER_RECORDED', { markerName: 'core_local_activity', details: {} }],
    ['WORKFLOW_TASK_FAILED', { cause: 'WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW' }],
    ['WORKFLOW_EXECUTION_CONTINUED_AS_NEW', { newExecutionRunId: 'next' }],
  );
  const steps = read(events, closed);
  t.is(steps.length, 5);
  for (const { kind, endedAt, durationMs } of steps) t.is(endedAt === null ? endedAt : durationMs, null, kind);
});

test('has no negative duration if clocks differ', (t) => {
  const events = historyOf(charge, ['ACTIVITY_TASK_COMPLETED', { scheduledEventId: '1' }]);
  const [scheduled, completed] = events;
  if (scheduled?.eventTime && completed?.eventTime)
    [scheduled.eventTime, completed.eventTime] = [completed.eventTime, scheduled.eventTime];
  t.like(read(events, closed), [{ durationMs: 0 }]);
});

test('marks open steps of a closed workflow as abandoned', (t) => {
  const events = historyOf(charge, ['TIMER_STARTED', { timerId: '1', startToFireTimeout: '60s' }]);
  t.like(read(events, closed), [
    { status: 'abandoned', endedAt: null },
    { status: 'abandoned', endedAt: null },
  ]);
});

test('omits steps that began before the known events', (t) => {
  t.deepEqual(read(historyOf(['TIMER_FIRED', { startedEventId: '77' }]), open), []);
});
