import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import test from 'ava';
import { historyOf, type ToldEvent } from '../testing/support/history-events.js';
import { createCall } from './errors.js';
import { readHistory } from './history.js';

/** The executions of a workflow, oldest first, as numbers of signals or as events; Temporal no longer has one that is `gone`. */
type Executions = readonly (number | readonly ToldEvent[] | 'gone')[];

const grpcError = (code: number, details: string) => Object.assign(new Error(details), { code, details, metadata: {} });

/** Answers like Temporal for a workflow that continued as new, and records the requested executions, page by page. */
function clientOf(executions: Executions, description: object = {}) {
  const pages: number[] = [];
  const newest = executions.length - 1;
  const eventsNewestFirst = (index: number) => {
    const done = executions[index];
    const signals = Array.from(
      { length: Number(done) || 0 },
      (_, number): ToldEvent => ['WORKFLOW_EXECUTION_SIGNALED', { signalName: `${index}.${number}` }],
    );
    return historyOf(
      ['WORKFLOW_EXECUTION_STARTED', index > 0 ? { continuedExecutionRunId: String(index - 1) } : {}],
      ...(Array.isArray(done) ? done : signals),
      ...(index < newest ? ([['WORKFLOW_EXECUTION_CONTINUED_AS_NEW']] as const) : []),
    ).reverse();
  };
  const client = {
    options: { namespace: 'default' },
    workflow: {
      getHandle: () => ({
        async describe() {
          if (newest < 0) throw new WorkflowNotFoundError('not found', 'any', undefined);
          return { runId: String(newest), status: { name: 'RUNNING' }, raw: {}, ...description };
        },
      }),
    },
    workflowService: {
      async getWorkflowExecutionHistoryReverse(request: {
        execution: { runId: string };
        maximumPageSize: number;
        nextPageToken?: Uint8Array;
      }) {
        const index = Number(request.execution.runId);
        pages.push(index);
        if (executions[index] === 'gone') throw grpcError(5, 'not found');
        const events = eventsNewestFirst(index);
        const from = request.nextPageToken ? Number(Buffer.from(request.nextPageToken).toString()) : 0;
        const next = from + request.maximumPageSize;
        return {
          history: { events: events.slice(from, next) },
          nextPageToken: Buffer.from(next < events.length ? String(next) : ''),
        };
      },
    },
  };
  return { client: client as unknown as Client, pages };
}

const call = createCall({ withDeadline: (_, run) => run() }, 1_000);
const readOf = async (executions: Executions) => {
  const { client, pages } = clientOf(executions);
  const history = await readHistory(client, call, 'any', { stacks: false });
  const names = history?.steps.map(({ name, kind }) => name ?? kind);
  return { names, truncated: history?.truncated, pages };
};

test('returns undefined for an unknown workflow', async (t) => {
  t.is(await readHistory(clientOf([]).client, call, 'any', { stacks: false }), undefined);
});

test('returns the steps of all executions, oldest first', async (t) => {
  t.deepEqual(await readOf([2, 0, 1]), {
    names: ['0.0', '0.1', 'continued', 'continued', '2.0'],
    truncated: false,
    pages: [2, 1, 0],
  });
});

const timer: ToldEvent = ['TIMER_STARTED', { timerId: '1', startToFireTimeout: '60s' }];
const fired: ToldEvent = ['TIMER_FIRED', { timerId: '1', startedEventId: '2' }];
const charge: ToldEvent = ['ACTIVITY_TASK_SCHEDULED', { activityId: '7', activityType: { name: 'charge' } }];

for (const name of ['RUNNING', 'PAUSED']) {
  test(`keeps open steps open in the newest execution of a workflow that is ${name}`, async (t) => {
    const pending = { activityId: '7', state: 1, attempt: 2, lastFailure: { message: 'declined' } };
    const raw = { pendingActivities: [pending] };
    const { client } = clientOf(
      [
        [timer, charge],
        [timer, fired, charge],
      ],
      { status: { name }, raw },
    );
    t.like((await readHistory(client, call, 'any', { stacks: false }))?.steps, [
      { kind: 'timer', status: 'abandoned' },
      { kind: 'activity', status: 'abandoned', failure: null },
      { kind: 'continued' },
      { kind: 'timer', status: 'completed' },
      { kind: 'activity', status: 'retrying', failure: { code: 'run-failed', message: 'declined' } },
    ]);
  });
}

test('marks open steps of a closed workflow as abandoned', async (t) => {
  const { client } = clientOf([[timer]], { status: { name: 'TERMINATED' } });
  t.like(await readHistory(client, call, 'any', { stacks: false }), {
    steps: [{ kind: 'timer', status: 'abandoned' }],
  });
});

test('reads a long execution page by page', async (t) => {
  const { names, truncated, pages } = await readOf([600]);
  t.deepEqual(
    names,
    Array.from({ length: 600 }, (_, number) => `0.${number}`),
  );
  t.false(truncated);
  t.deepEqual(pages, [0, 0, 0]);
});

test('reports truncation if Temporal no longer has an execution', async (t) => {
  t.like(await readOf([1, 'gone', 1, 1]), { names: ['2.0', 'continued', '3.0'], truncated: true });
});

test('throws other errors', async (t) => {
  const { client } = clientOf([1]);
  Object.assign(client.workflowService, {
    getWorkflowExecutionHistoryReverse: () => Promise.reject(grpcError(14, 'away')),
  });
  await t.throwsAsync(readHistory(client, call, 'any', { stacks: false }), { code: 'temporal-unavailable' });
});
test('reads the newest 1000 steps and no further', async (t) => {
  const exactly = await readOf([1_000]);
  t.is(exactly.names?.length, 1_000);
  t.false(exactly.truncated);

  const more = await readOf([5, 2_000]);
  t.is(more.names?.length, 1_000);
  t.is(more.names?.at(-1), '1.1999');
  t.true(more.truncated);
  t.deepEqual(more.pages, [1, 1, 1, 1, 1]);
});

test('reports truncation only if older executions are not read', async (t) => {
  const whole = await readOf([0, 999]);
  t.is(whole.names?.length, 1_000);
  t.false(whole.truncated);

  const { names, truncated, pages } = await readOf([1, 1_000]);
  t.is(names?.length, 1_000);
  t.true(truncated);
  t.false(pages.includes(0));
});

test('counts steps, not events', async (t) => {
  const meta = (id: number) => ({ updateId: String(id) });
  const ids = Array.from({ length: 600 }, (_, id) => id);
  const updates: ToldEvent[] = [
    ...ids.map((id): ToldEvent => ['WORKFLOW_EXECUTION_UPDATE_ADMITTED', { request: { meta: meta(id) } }]),
    ...ids.map((id): ToldEvent => ['WORKFLOW_EXECUTION_UPDATE_ACCEPTED', { protocolInstanceId: String(id) }]),
  ];
  const { names, truncated } = await readOf([updates]);
  t.is(names?.length, 600);
  t.false(truncated);
});

test('reads the newest ten executions', async (t) => {
  t.like(await readOf(Array<number>(10).fill(1)), { truncated: false });
  const { names, truncated, pages } = await readOf(Array<number>(11).fill(1));
  t.is(names?.[0], '1.0');
  t.true(truncated);
  t.is(pages.length, 10);
});
