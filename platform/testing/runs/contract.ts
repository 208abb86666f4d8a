import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { isFinal, type Run } from '../../runs/run.js';
import type { Runs } from '../../runs/runs.js';
import { type CallsOf, callerOf, callsOf } from '../support/runs.js';
import { until } from '../support/until.js';

/** `hello` fails with `brokenGreeting` for this name, and completes with `Hello, <name>!` for every other. */
export const brokenName = 'broken';
export const brokenGreeting = {
  code: 'temporal-refused',
  message: 'composing is broken',
  activity: 'composeGreeting',
  attempt: 1,
} as const;

const ada = { name: 'Ada' };
const lunch = { subject: 'Lunch', deadline: '1 hour' };
const vote = { decision: 'approved', decidedBy: 'Ada' };
const approved = { subject: 'Lunch', status: 'approved', notes: 0, decidedBy: 'Ada' };
const longWait = { ms: 60_000 };

/** What a test is given: a caller of its own, whose list therefore has its runs only. */
interface Given {
  readonly name: string;
  readonly runs: Runs;
  readonly calls: CallsOf;
  /** Waits until the run has this status. */
  reached(id: string, status: Run['status']): Promise<Run>;
  /** Starts an `vote` and waits until it is `running`. @returns its id */
  startVote(input?: object, key?: string): Promise<string>;
}

/** Every implementation of `Runs` passes these tests. @param runs - called by each test, after the hooks of its file */
export function testContract(implementation: string, runs: () => Runs): void {
  const fact = (title: string, check: (t: ExecutionContext, given: Given) => Promise<void>) =>
    test(`${implementation}: ${title}`, async (t) => {
      const name = randomUUID();
      const calls = callsOf(runs(), callerOf(name));
      const reached = async (id: string, status: Run['status']): Promise<Run> => {
        await until(`run ${id} is ${status}`, async () => (await calls.get(id)).status === status);
        return calls.get(id);
      };
      const startVote = async (input: object = {}, key?: string) =>
        (await reached((await calls.start('vote', { ...lunch, ...input }, key)).id, 'running')).id;
      await check(t, { name, runs: runs(), calls, reached, startVote });
    });

  testAcceptance(fact);
  testReads(fact);
  testLists(fact);
  testOutcomes(fact);
  testEnds(fact);
  testMessages(fact);
}

type Fact = (title: string, check: (t: ExecutionContext, given: Given) => Promise<void>) => void;

function testAcceptance(fact: Fact): void {
  fact('accepts a run as pending, before its start', async (t, { name, calls }) => {
    const run = await calls.start('hello', ada);
    t.like(run, { workflow: 'hello', status: 'pending', caller: name, input: ada, version: 0 });
    t.like(run, { result: null, failure: null, temporalRunId: null, startedAt: null, endedAt: null });
    t.is(run.workflowId, `hello-${run.id}`);
    t.deepEqual(run.createdAt, run.updatedAt);
  });

  fact('rejects an unknown workflow and an invalid input, and records nothing', async (t, { calls }) => {
    await t.throwsAsync(calls.start('unknown', {}), { code: 'workflow-not-found' });
    await t.throwsAsync(calls.start('hello', { name: '' }), { code: 'input-invalid' });
    await t.throwsAsync(calls.execute('hello', {}, longWait), { code: 'input-invalid' });
    t.deepEqual(await calls.list({ limit: 10 }), { runs: [] });
  });

  fact('answers a repeated key with the same run, as it is now', async (t, { calls, reached }) => {
    const { id } = await calls.start('hello', ada, 'key');
    const run = await reached(id, 'completed');
    t.deepEqual(await calls.start('hello', ada, 'key'), run);
    t.deepEqual(await calls.execute('hello', ada, longWait, 'key'), run);
    t.is((await calls.list({ limit: 10 })).runs.length, 1);
  });

  fact('rejects a key that was used for another input or workflow', async (t, { calls }) => {
    await calls.start('hello', ada, 'key');
    await t.throwsAsync(calls.start('hello', { name: 'Grace' }, 'key'), { code: 'idempotency-key-reused' });
    await t.throwsAsync(calls.start('vote', lunch, 'key'), { code: 'idempotency-key-reused' });
  });

  fact('checks the input of a repeated key first', async (t, { calls }) => {
    await calls.start('hello', ada, 'key');
    await t.throwsAsync(calls.start('hello', {}, 'key'), { code: 'input-invalid' });
  });

  fact('keeps the keys of callers apart', async (t, { calls, runs }) => {
    const other = callsOf(runs, callerOf(randomUUID()));
    t.not((await calls.start('hello', ada, 'key')).id, (await other.start('hello', ada, 'key')).id);
  });
}

function testReads(fact: Fact): void {
  fact('shows a run to its caller and to callers that see all', async (t, { calls, runs }) => {
    const { id } = await calls.start('vote', lunch);
    t.is((await calls.get(id)).id, id);
    t.is((await callsOf(runs, callerOf('admin', true)).get(id)).id, id);
  });

  fact('answers run-not-found for runs of other callers and unknown ids', async (t, { calls, runs }) => {
    const { id } = await calls.start('vote', lunch);
    const stranger = callsOf(runs, callerOf(randomUUID()));
    for (const [caller, of] of [
      [stranger, id],
      [calls, randomUUID()],
    ] as const) {
      const requests = [
        () => caller.get(of),
        () => caller.history(of),
        () => caller.cancel(of),
        () => caller.terminate(of),
        () => caller.signal(of, 'hurry', {}),
        () => caller.query(of, 'state'),
        () => caller.update(of, 'decide', vote),
        () => caller.update(of, 'decide', vote, 'key'),
      ];
      for (const request of requests) await t.throwsAsync(request, { code: 'run-not-found' }, String(request));
    }
  });

  fact('returns the whole history', async (t, { calls }) => {
    const { id } = await calls.execute('hello', ada, longWait);
    t.false((await calls.history(id)).truncated);
  });
}

function testLists(fact: Fact): void {
  fact('lists runs page by page, newest first', async (t, { calls }) => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await calls.start('hello', ada)).id);
    const sizes: number[] = [];
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await calls.list({ limit: 2, cursor });
      sizes.push(page.runs.length);
      listed.push(...page.runs.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    t.deepEqual(sizes, [2, 2, 1]);
    t.deepEqual(listed, ids);
    t.deepEqual(Object.keys(await calls.list({ limit: 5 })), ['runs'], 'a full last page has no next one');
  });

  fact('filters the list by workflow, status and time', async (t, { calls, reached }) => {
    const greeting = await calls.start('hello', ada);
    const waiting = await calls.start('vote', lunch);
    await reached(greeting.id, 'completed');
    await reached(waiting.id, 'running');
    const idsOf = async (filter: Omit<Parameters<CallsOf['list']>[0], 'limit'>) =>
      (await calls.list({ limit: 10, ...filter })).runs.map(({ id }) => id);
    t.deepEqual(await idsOf({ workflow: 'hello' }), [greeting.id]);
    t.deepEqual(await idsOf({ status: ['running', 'failed'] }), [waiting.id]);
    t.deepEqual(await idsOf({ status: ['running', 'completed'] }), [waiting.id, greeting.id]);
    t.deepEqual(await idsOf({ createdFrom: greeting.createdAt }), [waiting.id, greeting.id]);
    t.deepEqual(await idsOf({ createdBefore: greeting.createdAt }), []);
    t.deepEqual(await idsOf({ workflow: 'hello', status: ['running'] }), []);
  });

  fact('lists the runs of other callers to callers that see all only', async (t, { name, calls, runs }) => {
    const { id } = await calls.start('hello', ada);
    const stranger = callsOf(runs, callerOf(randomUUID()));
    const { id: other } = await stranger.start('hello', ada);
    const admin = callsOf(runs, callerOf('admin', true));
    const idsSeenBy = async ({ list }: CallsOf, filter: { caller?: string }) =>
      (await list({ limit: 10, ...filter })).runs.map((run) => run.id);
    t.deepEqual(await idsSeenBy(stranger, {}), [other]);
    t.deepEqual(await idsSeenBy(stranger, { caller: name }), []);
    t.deepEqual(await idsSeenBy(admin, { caller: name }), [id]);
  });
}

function testOutcomes(fact: Fact): void {
  fact('waits for the result, and records it', async (t, { calls }) => {
    const run = await calls.execute('hello', ada, longWait);
    t.like(run, { status: 'completed', result: { greeting: 'Hello, Ada!' }, failure: null });
    t.true(run.version > 0);
    t.true(run.startedAt && run.endedAt && run.createdAt <= run.startedAt && run.startedAt <= run.endedAt);
    t.is(typeof run.temporalRunId, 'string');
    t.deepEqual(await calls.get(run.id), run);
  });

  fact('records why a run failed', async (t, { calls }) => {
    const run = await calls.execute('hello', { name: brokenName }, longWait);
    t.like(run, { status: 'failed', result: null });
    t.deepEqual<unknown, unknown>(run.failure, brokenGreeting);
    t.deepEqual(await calls.get(run.id), run);
  });

  fact('ends the wait before the run', async (t, { calls, reached }) => {
    t.is((await calls.execute('vote', lunch, { ms: 0 })).status, 'pending');
    const { id, status } = await calls.execute('vote', lunch, { ms: 50 });
    t.false(isFinal(status));
    t.is((await reached(id, 'running')).endedAt, null);
  });

  fact('ends the wait when the caller leaves', async (t, { calls, startVote }) => {
    const id = await startVote({}, 'key');
    const began = performance.now();
    const left = { ...longWait, signal: AbortSignal.timeout(50) };
    t.like(await calls.execute('vote', lunch, left, 'key'), { id, status: 'running' });
    t.true(performance.now() - began < longWait.ms / 2);
  });
}

function testEnds(fact: Fact): void {
  fact('cancels a running run, once', async (t, { calls, reached, startVote }) => {
    const id = await startVote();
    t.is((await calls.cancel(id)).id, id);
    const run = await reached(id, 'cancelled');
    t.deepEqual<unknown, unknown>(run.failure, { code: 'run-cancelled', message: 'The run was cancelled' });
    t.deepEqual(await calls.cancel(id), run);
  });

  fact('terminates a run with a reason, once', async (t, { calls, startVote }) => {
    const id = await startVote();
    const run = await calls.terminate(id, 'by hand');
    t.like(run, { status: 'terminated', result: null });
    t.deepEqual<unknown, unknown>(run.failure, { code: 'run-terminated', message: 'by hand' });
    t.deepEqual(await calls.terminate(id, 'again'), run);
  });

  fact('terminates a run without a reason', async (t, { calls, startVote }) => {
    const run = await calls.terminate(await startVote());
    t.is(run.failure?.message, 'The run was terminated');
  });

  fact('neither cancels nor terminates a run that has ended otherwise', async (t, { calls, startVote }) => {
    const { id } = await calls.execute('hello', ada, longWait);
    await t.throwsAsync(calls.cancel(id), { code: 'run-ended' });
    await t.throwsAsync(calls.terminate(id), { code: 'run-ended' });
    const voteId = await startVote();
    await calls.terminate(voteId);
    await t.throwsAsync(calls.cancel(voteId), { code: 'run-ended' });
  });
}

function testMessages(fact: Fact): void {
  fact('answers queries of open and ended runs', async (t, { calls, reached, startVote }) => {
    const id = await startVote({ subject: 'Dinner' });
    t.deepEqual(await calls.query(id, 'state'), { subject: 'Dinner', status: 'waiting', notes: 0 });
    await calls.update(id, 'decide', vote);
    await reached(id, 'completed');
    t.deepEqual(await calls.query(id, 'state'), { ...approved, subject: 'Dinner' });
  });

  fact('delivers signals to open runs', async (t, { calls, startVote }) => {
    const id = await startVote();
    await calls.signal(id, 'note', { text: 'Soup' });
    t.deepEqual(await calls.query(id, 'state'), { subject: 'Lunch', status: 'waiting', notes: 1 });
    await t.throwsAsync(calls.signal(id, 'note', {}), { code: 'input-invalid' });
    await calls.terminate(id);
    await t.throwsAsync(calls.signal(id, 'note', { text: 'Soup' }), { code: 'run-ended' });
  });

  fact('answers an update with its result, which completes the run', async (t, { calls, reached, startVote }) => {
    const id = await startVote();
    t.deepEqual(await calls.update(id, 'decide', vote), approved);
    t.deepEqual((await reached(id, 'completed')).result, approved);
    await t.throwsAsync(calls.update(id, 'decide', vote), { code: 'run-ended' });
  });

  fact(
    'answers a repeated key of an update with its result, after the end too',
    async (t, { calls, reached, startVote }) => {
      const id = await startVote({}, 'start');
      t.deepEqual(await calls.update(id, 'decide', vote, 'key'), approved);
      await reached(id, 'completed');
      t.deepEqual(await calls.update(id, 'decide', vote, 'key'), approved);
      const rejection = { ...vote, decision: 'rejected' };
      await t.throwsAsync(calls.update(id, 'decide', rejection, 'key'), { code: 'idempotency-key-reused' });
      await t.throwsAsync(calls.update(id, 'decide', vote, 'start'), { code: 'idempotency-key-reused' });
    },
  );

  fact('forgets the key of an update that it rejected', async (t, { calls, startVote }) => {
    const id = await startVote();
    await calls.terminate(id);
    await t.throwsAsync(calls.update(id, 'decide', vote, 'key'), { code: 'run-ended' });
    await t.notThrowsAsync(calls.start('hello', ada, 'key'));
  });

  fact('rejects messages that the workflow does not have, of ended runs too', async (t, { calls, startVote }) => {
    const id = await startVote();
    for (const _ of ['open', 'ended']) {
      await t.throwsAsync(calls.signal(id, 'nope', {}), { code: 'message-not-found' });
      await t.throwsAsync(calls.query(id, 'nope'), { code: 'message-not-found' });
      await t.throwsAsync(calls.update(id, 'nope', {}), { code: 'message-not-found' });
      await t.throwsAsync(calls.update(id, 'decide', {}), { code: 'input-invalid' });
      await calls.terminate(id);
    }
  });
}
