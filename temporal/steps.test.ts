import { msNumberToTs } from '@temporalio/common/lib/time.js';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import test from 'ava';
import { type RunStep, runHistorySchema } from '../runs/run-history.js';
import {
  momentOf as at,
  brief,
  closed,
  eventsFromJson,
  historyOf,
  open,
  read,
} from '../test/support/history-events.js';
import { recordedHistories } from '../test/workflows/histories.js';
import type { PendingActivity } from './steps.js';

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
addFormats.default(ajv);
const isHistory = ajv.compile(runHistorySchema);

const charge = ['ACTIVITY_TASK_SCHEDULED', { activityId: '7', activityType: { name: 'charge' } }] as const;
const declined = {
  message: 'declined',
  applicationFailureInfo: { type: 'card-declined', details: { payloads: [{ data: 'c2VjcmV0' }] } },
};
const timedOut = {
  message: 'activity StartToClose timeout',
  timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE' },
};

test('the recorded histories read as what their workflows did', (t) => {
  const told = recordedHistories().map(({ name, history }) => [name, brief(read(eventsFromJson(history), closed))]);
  const decided = [
    'timer cancelled',
    'timer cancelled',
    'update decide completed',
    'activity recordDecision completed',
  ];
  t.deepEqual(Object.fromEntries(told), {
    'approval-approved': decided,
    'approval-cancelled': [
      'timer cancelled',
      'timer cancelled',
      'cancel-request completed',
      'activity recordDecision completed',
    ],
    'approval-expired-after-a-reminder': [
      'timer completed',
      'timer completed',
      'activity sendReminder completed',
      'timer cancelled',
      'activity recordDecision completed',
    ],
    'approval-rejected': decided,
    'greet-completed': ['activity composeGreeting completed'],
    'health-check-ok': [
      'activity checkPostgres completed',
      'activity checkTemporal completed',
      'activity checkWorker completed',
    ],
  });
});

test('at every moment of a recorded history, its steps are as the schema says, in order, and tell no input or result', (t) => {
  for (const { name, history } of recordedHistories()) {
    const events = eventsFromJson(history);
    for (let count = 0; count <= events.length; count += 1) {
      const steps = read(events.slice(0, count), open);
      t.true(isHistory({ steps, truncated: false }), `${name}, ${count}: ${ajv.errorsText(isHistory.errors)}`);
      t.deepEqual(
        steps.map((step) => step.scheduledAt),
        steps.map((step) => step.scheduledAt).sort(),
      );
      t.notRegex(JSON.stringify(steps), /ada\b|holiday|morning|latency/i);
    }
  }
});

test('an activity that nobody took is scheduled', (t) => {
  const step: RunStep = {
    kind: 'activity',
    name: 'charge',
    status: 'scheduled',
    attempts: 0,
    scheduledAt: at(1),
    startedAt: null,
    endedAt: null,
    durationMs: null,
    failure: null,
  };
  const untouched: PendingActivity = { activityId: '7', state: 1, attempt: 1 };
  t.deepEqual(read(historyOf(charge), open), [step]);
  t.deepEqual(read(historyOf(charge), { open: true, pendingActivities: [untouched] }), [step]);
});

test('an activity that is being retried tells its attempts and the last failure', (t) => {
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

test('an activity that has completed tells on which attempt, and why the one before failed', (t) => {
  const [step] = read(
    historyOf(
      charge,
      ['ACTIVITY_TASK_STARTED', { scheduledEventId: '1', attempt: 2, lastFailure: declined }],
      ['ACTIVITY_TASK_COMPLETED', { scheduledEventId: '1', startedEventId: '2' }],
    ),
    // What was told of it before its history was read.
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
    durationMs: null,
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
  test(`an activity that ${what} tells so`, (t) => {
    const events = historyOf(
      charge,
      ['ACTIVITY_TASK_STARTED', { scheduledEventId: '1', attempt: 1 }],
      [`ACTIVITY_TASK_${type}`, { scheduledEventId: '1', ...attributes }],
    );
    t.like(read(events, open), [{ attempts: 1, endedAt: at(3), ...expected }]);
  });
}

test('how often an activity was begun is not known when it ended between two attempts', (t) => {
  const outOfTime = ['ACTIVITY_TASK_TIMED_OUT', { scheduledEventId: '1', failure: timedOut }] as const;
  t.like(read(historyOf(charge, outOfTime), open), [{ status: 'timed-out', attempts: null, startedAt: null }]);
  t.like(read(historyOf(charge), closed), [{ status: 'abandoned', attempts: null }]);
});

test('a failure without a type has the code of a run that failed without one', (t) => {
  const lastFailure = { message: 'declined', applicationFailureInfo: { type: '' } };
  const pending: PendingActivity = { activityId: '7', state: 1, attempt: 2, lastFailure };
  const [step] = read(historyOf(charge), { open: true, pendingActivities: [pending] });
  t.deepEqual(step?.failure, { code: 'run-failed', message: 'declined' });
});

test('a timer tells how long it is set for', (t) => {
  const events = historyOf(
    ['TIMER_STARTED', { timerId: '1', startToFireTimeout: '1.500s' }],
    ['TIMER_STARTED', { timerId: '2', startToFireTimeout: '3600s' }],
    ['TIMER_FIRED', { timerId: '1', startedEventId: '1' }],
  );
  t.like(read(events, open), [
    { status: 'completed', durationMs: 1_500, startedAt: at(1), endedAt: at(3) },
    { status: 'running', durationMs: 3_600_000, startedAt: at(2), endedAt: null },
  ]);
});

test('what a workflow left open when it closed is abandoned', (t) => {
  const events = historyOf(charge, ['TIMER_STARTED', { timerId: '1', startToFireTimeout: '60s' }]);
  t.like(read(events, closed), [
    { status: 'abandoned', endedAt: null },
    { status: 'abandoned', endedAt: null },
  ]);
});

test('what began before the events that are known is left out', (t) => {
  t.deepEqual(read(historyOf(['TIMER_FIRED', { startedEventId: '77' }]), open), []);
});
