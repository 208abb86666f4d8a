import { randomUUID } from 'node:crypto';
import test from 'ava';
import { ApiProblem, RunUnsuccessful } from '../../client/client.js';
import { startTestPlatform, type TestPlatform } from '../../platform/testing/support/platform.js';
import { until } from '../../platform/testing/support/until.js';
import { clientOf, type UntypedClient } from './support/client.js';

let platform: TestPlatform;
let client: UntypedClient;

test.before(async () => {
  platform = await startTestPlatform();
  client = clientOf(platform.api);
});
test.after.always(() => platform?.close());

/** Input of a vote, which waits for a decision and handles messages meanwhile. */
const lunch = { subject: 'Lunch', deadline: '1 hour' };
const approve = { decision: 'approved', decidedBy: 'Ada' } as const;

test('execute returns the result of the workflow', async (t) => {
  t.deepEqual(await client.execute('hello', { name: 'Ada' }), { greeting: 'Good morning, Ada!' });
  t.like(await client.execute('health-check'), { components: { postgres: { state: 'ok' } } });
});

test('handles queries, updates and the result of a run from the moment of its start', async (t) => {
  const vote = await client.start('vote', lunch);
  const result = vote.result();
  // The client retries until the run has started.
  t.like(await vote.update('decide', approve), { status: 'approved', decidedBy: 'Ada' });
  t.like(await result, { subject: 'Lunch', status: 'approved' });
  t.like(await vote.query('state'), { status: 'approved' });
  t.like(await vote.run(), { workflow: 'vote', status: 'completed', result: { status: 'approved' } });
  const { steps, truncated } = await vote.history();
  t.false(truncated);
  t.true(steps.some(({ kind, name, status }) => kind === 'update' && name === 'decide' && status === 'completed'));
  await t.throwsAsync(vote.update('decide', approve), { instanceOf: ApiProblem, code: 'run-ended' });
});

test('execute polls when the run outlasts the first response', async (t) => {
  const subject = randomUUID();
  const executed = client.execute('vote', { ...lunch, subject }, { wait: '100ms' });
  await client.run('vote', await idOf(client, subject)).update('decide', approve);
  t.like(await executed, { subject, status: 'approved' });
});

/** Waits for the run with that subject. */
async function idOf(client: UntypedClient, subject: string): Promise<string> {
  let found = '';
  await until(`a run for ${subject}`, async () => {
    for await (const { id, input } of client.runs({ workflow: 'vote', limit: 100 })) {
      if ((input as typeof lunch).subject === subject) found = id;
    }
    return found !== '';
  });
  return found;
}

test('events follow a run to its end and resume after a broken stream', async (t) => {
  const opened: (string | null)[] = [];
  const client = clientOf(platform.api, (fetch) => async (request) => {
    const answer = await fetch(request);
    if (answer.headers.get('content-type') !== 'text/event-stream') return answer;
    opened.push(request.headers.get('last-event-id'));
    return opened.length === 1 ? brokenAfterFirstEvent(answer) : answer;
  });
  const vote = await client.start('vote', lunch);
  await vote.query('state');
  const statuses: string[] = [];
  for await (const { status } of vote.events()) {
    statuses.push(status);
    if (status === 'running') await vote.cancel();
  }
  t.deepEqual(statuses, ['running', 'cancelled']);
  t.is(opened.length, 2);
  t.is(opened[0], null);
  t.regex(opened[1] ?? '', /^[0-9]+$/);
  const again = [];
  for await (const { status } of vote.events()) again.push(status);
  t.deepEqual(again, ['cancelled']);
});

function brokenAfterFirstEvent({ body, headers }: Response): Response {
  let text = '';
  const decoder = new TextDecoder();
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      text += decoder.decode(chunk, { stream: true });
      if (/data: .*\n\n/.test(text)) controller.error(new TypeError('terminated'));
    },
  });
  return new Response(body?.pipeThrough(cut) ?? null, { headers });
}

test('result throws for a cancelled or terminated run', async (t) => {
  const [one, two] = [await client.start('vote', lunch), await client.start('vote', lunch)];
  await one.cancel();
  await t.throwsAsync(one.result(), { instanceOf: RunUnsuccessful, code: 'run-cancelled' });
  await two.terminate('Enough');
  const { run } = await t.throwsAsync(two.result(), { instanceOf: RunUnsuccessful, code: 'run-terminated' });
  t.is(run.id, two.id);
});

test('lists all runs across pages', async (t) => {
  const ids = new Set<string>();
  for (let count = 0; count < 5; count += 1) ids.add((await client.start('hello', { name: 'Listed' })).id);
  const listed: string[] = [];
  for await (const { id, workflow } of client.runs({ workflow: 'hello', limit: 2 })) {
    t.is(workflow, 'hello');
    listed.push(id);
  }
  t.is(new Set(listed).size, listed.length);
  for (const id of ids) t.true(listed.includes(id));
});

test('a lost response and a 503 lead to one run', async (t) => {
  const name = randomUUID();
  const keys: (string | null)[] = [];
  const client = clientOf(platform.api, (fetch) => async (request) => {
    keys.push(request.headers.get('idempotency-key'));
    const answer = await fetch(request);
    if (keys.length === 1) return new Response(null, { status: 503, headers: { 'Retry-After': '0' } });
    if (keys.length === 2) throw new TypeError('terminated');
    return answer;
  });
  const { id } = await client.start('hello', { name });
  t.is(keys.length, 3);
  t.is(new Set(keys).size, 1);
  const found = [];
  for await (const run of client.runs({ workflow: 'hello', limit: 100 })) {
    if ((run.input as { name: string }).name === name) found.push(run.id);
  }
  t.deepEqual(found, [id]);
});

test('throws problems of the API', async (t) => {
  const error = await t.throwsAsync(client.start('hello', { name: '' }), {
    instanceOf: ApiProblem,
    code: 'input-invalid',
  });
  t.is(error.errors[0]?.pointer, '/name');
  await t.throwsAsync(client.run('hello', randomUUID()).run(), { instanceOf: ApiProblem, code: 'run-not-found' });
  await client.start('hello', { name: 'Ada' }, { idempotencyKey: 'the same' });
  await t.throwsAsync(client.start('hello', { name: 'Grace' }, { idempotencyKey: 'the same' }), {
    instanceOf: ApiProblem,
    code: 'idempotency-key-reused',
  });
});
