import test from 'ava';
import { recordedHistories } from '../../platform/testing/support/histories.js';
import { brief, closed, eventsFromJson, read } from '../../platform/testing/support/history-events.js';

test('reads the steps of recorded histories', (t) => {
  const decided = [
    'timer cancelled',
    'timer cancelled',
    'update decide completed',
    'activity recordDecision completed',
  ];
  const expected = {
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
    'greet-all-continued': [
      'patch greet-once completed',
      'child-workflow greet completed',
      'child-workflow greet completed',
      'continued completed',
    ],
    'greet-all-continued.2': ['patch greet-once completed', 'child-workflow greet completed'],
    'greet-all-once': [
      'patch greet-once completed',
      'child-workflow greet completed',
      'child-workflow greet completed',
    ],
    'greet-all-twice': Array(3).fill('child-workflow greet completed'),
    'greet-completed': ['activity composeGreeting completed'],
    'health-check-ok': [
      'activity checkPostgres completed',
      'activity checkTemporal completed',
      'activity checkWorker completed',
    ],
  };
  const examples = recordedHistories().filter(({ name }) => name in expected);
  const steps = examples.map(({ name, history }) => [name, brief(read(eventsFromJson(history), closed))]);
  t.deepEqual(Object.fromEntries(steps), expected);
});
