import test from 'ava';
import { momentOf as at, brief, closed, historyOf, open, read } from '../testing/support/history-events.js';

const charge = ['ACTIVITY_TASK_SCHEDULED', { activityId: '7', activityType: { name: 'charge' } }] as const;
const declined = {
  message: 'declined',
  applicationFailureInfo: { type: 'card-declined', details: { payloads: [{ data: 'c2VjcmV0' }] } },
};

test('shows messages from outside as steps, in order of arrival', (t) => {
  const events = historyOf(
    charge,
    ['WORKFLOW_EXECUTION_SIGNALED', { signalName: 'remind', input: { payloads: [{ data: 'c2VjcmV0' }] } }],
    ['WORKFLOW_EXECUTION_CANCEL_REQUESTED', { cause: 'no longer needed' }],
  );
  const [scheduled, signaled, cancelled] = events;
  // A message that arrives during a workflow task is recorded after the commands of the task.
  if (scheduled && cancelled?.eventTime) scheduled.eventTime = cancelled.eventTime;
  t.deepEqual(
    brief(
      read(
        [scheduled, signaled, cancelled].filter((event) => event !== undefined),
        open,
      ),
    ),
    ['signal remind completed', 'activity charge scheduled', 'cancel-request completed'],
  );
});

test('shows an update as running between acceptance and completion', (t) => {
  const meta = { updateId: 'u' };
  const request = { meta, input: { name: 'decide' } };
  const events = historyOf(
    ['WORKFLOW_EXECUTION_UPDATE_ACCEPTED', { protocolInstanceId: 'u', acceptedRequest: request }],
    ['WORKFLOW_EXECUTION_UPDATE_COMPLETED', { meta, outcome: { failure: declined } }],
  );
  t.like(read(events.slice(0, 1), open), [{ kind: 'update', name: 'decide', status: 'running', startedAt: at(1) }]);
  t.like(read(events, open), [{ status: 'failed', endedAt: at(2), failure: { code: 'card-declined' } }]);
});

test('shows an update that a reset reapplies as scheduled until the workflow accepts or rejects it', (t) => {
  const request = { meta: { updateId: 'u' }, input: { name: 'decide' } };
  const admitted = ['WORKFLOW_EXECUTION_UPDATE_ADMITTED', { request }] as const;
  const step = { kind: 'update', name: 'decide', scheduledAt: at(1) };
  t.like(read(historyOf(admitted), open), [{ ...step, status: 'scheduled', startedAt: null }]);
  t.like(read(historyOf(admitted, ['WORKFLOW_EXECUTION_UPDATE_ACCEPTED', { protocolInstanceId: 'u' }]), open), [
    { ...step, status: 'running', startedAt: at(2) },
  ]);
  const rejected = { protocolInstanceId: 'u', failure: declined };
  t.like(read(historyOf(admitted, ['WORKFLOW_EXECUTION_UPDATE_REJECTED', rejected]), open), [
    { ...step, status: 'rejected', failure: { code: 'card-declined' } },
  ]);
});

const elsewhere: Readonly<
  Record<string, readonly [begin: string, attributes: object, ends: Readonly<Record<string, string>>]>
> = {
  'child-workflow hello': [
    'START_CHILD_WORKFLOW_EXECUTION_INITIATED',
    { workflowType: { name: 'hello' } },
    {
      START_CHILD_WORKFLOW_EXECUTION_FAILED: 'failed',
      CHILD_WORKFLOW_EXECUTION_STARTED: 'running',
      CHILD_WORKFLOW_EXECUTION_COMPLETED: 'completed',
      CHILD_WORKFLOW_EXECUTION_FAILED: 'failed',
      CHILD_WORKFLOW_EXECUTION_TIMED_OUT: 'timed-out',
      CHILD_WORKFLOW_EXECUTION_CANCELED: 'cancelled',
      CHILD_WORKFLOW_EXECUTION_TERMINATED: 'terminated',
    },
  ],
  'outgoing-signal remind': [
    'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED',
    { signalName: 'remind' },
    { EXTERNAL_WORKFLOW_EXECUTION_SIGNALED: 'completed', SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED: 'failed' },
  ],
  'outgoing-cancel': [
    'REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED',
    {},
    {
      EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED: 'completed',
      REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED: 'failed',
    },
  ],
};
for (const [what, [begin, attributes, statuses]] of Object.entries(elsewhere)) {
  test(`shows what goes to another workflow as a step: ${what}`, (t) => {
    t.deepEqual(brief(read(historyOf([begin, attributes]), open)), [`${what} scheduled`]);
    for (const [type, status] of Object.entries(statuses)) {
      const events = historyOf([begin, attributes], [type, { initiatedEventId: '1' }]);
      t.deepEqual(brief(read(events, open)), [`${what} ${status}`], type);
    }
  });
}

test('shows the failure of a child workflow', (t) => {
  const events = historyOf(
    ['START_CHILD_WORKFLOW_EXECUTION_INITIATED', { workflowType: { name: 'hello' } }],
    ['CHILD_WORKFLOW_EXECUTION_FAILED', { initiatedEventId: '1', failure: declined }],
  );
  t.like(read(events, open), [{ failure: { code: 'card-declined', message: 'declined' } }]);
});

test('shows continue-as-new with its reason as a step, but not the end', (t) => {
  const next = { newExecutionRunId: 'next' };
  const last = (type: string, attributes: object) =>
    read(historyOf([`WORKFLOW_EXECUTION_${type}`, attributes]), closed);
  t.deepEqual(brief(last('CONTINUED_AS_NEW', next)), ['continued completed']);
  t.like(last('FAILED', { ...next, failure: declined }), [{ kind: 'continued', failure: { code: 'card-declined' } }]);
  for (const type of ['COMPLETED', 'FAILED', 'TIMED_OUT']) {
    t.deepEqual(last(type, {}), [], type);
    t.deepEqual(brief(last(type, next)), ['continued completed'], type);
  }
});

/** A JSON payload of an event. */
const payload = (value: unknown) => ({ payloads: [{ data: Buffer.from(JSON.stringify(value)).toString('base64') }] });
const marker = (markerName: string, details: object, more: object = {}) =>
  read(historyOf(['MARKER_RECORDED', { markerName, details, ...more }]), open);

test('shows patches, local activities and other markers as steps', (t) => {
  t.deepEqual(brief(marker('core_patch', { 'patch-data': payload({ id: 'remind-late', deprecated: false }) })), [
    'patch remind-late completed',
  ]);
  const data = payload({ seq: 1, attempt: 3, activity_id: '1', activity_type: 'roundUp' });
  const local = { kind: 'local-activity', name: 'roundUp', attempts: 3, endedAt: at(1) };
  t.like(marker('core_local_activity', { data, result: payload('secret') }), [{ ...local, status: 'completed' }]);
  t.like(marker('core_local_activity', { data }, { failure: declined }), [
    { ...local, status: 'failed', failure: { code: 'card-declined', message: 'declined' } },
  ]);
  t.deepEqual(brief(marker('SideEffect', { data: payload('secret') })), ['marker SideEffect completed']);
});

test('shows a marker in an unknown format without its name', (t) => {
  for (const details of [
    {},
    { data: payload(7) },
    { data: payload(null) },
    { data: { payloads: [{ data: 'c2Vj' }] } },
  ]) {
    t.like(marker('core_local_activity', details), [{ kind: 'local-activity', name: null, attempts: null }]);
  }
});

test('shows a reset as a step, but no other events of workflow tasks', (t) => {
  const failed = (cause: string) =>
    historyOf(['WORKFLOW_TASK_FAILED', { cause: `WORKFLOW_TASK_FAILED_CAUSE_${cause}` }]);
  t.deepEqual(brief(read(failed('RESET_WORKFLOW'), open)), ['reset completed']);
  t.deepEqual(read(failed('WORKFLOW_WORKER_UNHANDLED_FAILURE'), open), []);
});
