import test from 'ava';
import { startTestPlatform, type TestPlatform } from '../support/platform.js';
import { until } from '../support/until.js';
import type { TestApi } from './support/api.js';

interface RunJson {
  readonly id: string;
  readonly status: string;
  readonly result: unknown;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

let platform: TestPlatform;

test.before(async () => {
  platform = await startTestPlatform();
});
test.after.always(() => platform?.close());

const jsonOf = async <T = RunJson>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;
/** Polls the run until it matches, for at most 10 s. */
async function runOnce(api: TestApi, id: string, isSo: (status: string) => boolean): Promise<RunJson> {
  const read = () => jsonOf(api.fetch(`/v1/runs/${id}`));
  await until(`a status of run ${id}`, async () => isSo((await read()).status));
  return read();
}

const ended = (api: TestApi, id: string) => runOnce(api, id, (status) => status !== 'running' && status !== 'pending');

/** A run that accepts messages. */
async function startVote(api: TestApi, deadline = '1 hour'): Promise<string> {
  const { id } = await jsonOf(api.post('/v1/workflows/vote/start', { subject: 'Lunch', deadline }));
  await runOnce(api, id, (status) => status === 'running');
  return id;
}

test('execute returns the result, and a GET right after returns the same run', async (t) => {
  const { api } = platform;
  const answer = await api.post('/v1/workflows/hello/execute?wait=20s', { name: 'Ada' });
  t.is(answer.status, 200);
  const run = await jsonOf(answer);
  t.like(run, { status: 'completed', result: { greeting: 'Good morning, Ada!' } });
  t.deepEqual(await jsonOf(api.fetch(`/v1/runs/${run.id}`)), run);
});

test('a started run completes and is first in the list', async (t) => {
  const { api } = platform;
  const { id } = await jsonOf(api.post('/v1/workflows/hello/start', { name: 'Grace' }));
  t.like(await ended(api, id), { status: 'completed', result: { greeting: 'Good morning, Grace!' } });
  const { runs } = await jsonOf<{ runs: RunJson[] }>(api.fetch('/v1/runs?limit=100'));
  const ids = runs.map((run) => run.id);
  t.true(ids.includes(id));
  t.deepEqual(ids, ids.toSorted().reverse());
});

test('execute answers 202 if the run has not ended after the wait', async (t) => {
  const { api } = platform;
  const answer = await api.post('/v1/workflows/vote/execute?wait=200ms', { subject: 'Lunch', deadline: '1 hour' });
  t.is(answer.status, 202);
  t.is(answer.headers.get('location'), `/v1/runs/${(await jsonOf(answer)).id}`);
});

test('answers a query, a signal, an update, and an update that comes too late', async (t) => {
  const { api } = platform;
  const id = await startVote(api);
  const state = (status: string, notes: number) => ({ result: { status, subject: 'Lunch', notes } });
  t.like(await jsonOf<object>(api.fetch(`/v1/runs/${id}/queries/state`)), state('waiting', 0));
  t.is((await api.post(`/v1/runs/${id}/signals/note`, { text: 'Soup' })).status, 202);
  const decide = () => api.post(`/v1/runs/${id}/updates/decide`, { decision: 'approved', decidedBy: 'Ada' });
  t.like(await jsonOf<object>(decide()), state('approved', 1));
  t.like(await ended(api, id), { status: 'completed', ...state('approved', 1) });
  t.like(await jsonOf<object>(decide()), { status: 409, code: 'run-ended' });
});

test('cancel lets the workflow clean up; terminate ends it immediately', async (t) => {
  const { api } = platform;
  const [one, two] = [await startVote(api), await startVote(api)];
  await api.post(`/v1/runs/${one}/cancel`);
  t.like(await ended(api, one), { status: 'cancelled', failure: { code: 'run-cancelled' } });
  await api.post(`/v1/runs/${two}/terminate`, { reason: 'Enough' });
  t.like(await ended(api, two), { status: 'terminated', failure: { code: 'run-terminated' } });
  t.like(await jsonOf<object>(api.post(`/v1/runs/${one}/terminate`)), { status: 409, code: 'run-ended' });
});

test('execute answers 422 run-terminated if the run is terminated during the wait', async (t) => {
  const { api } = platform;
  const subject = 'Terminated while waited for';
  const waiting = api.post('/v1/workflows/vote/execute?wait=20s', { subject, deadline: '1 hour' });
  const deadline = Date.now() + 60_000;
  let id: string | undefined;
  while (id === undefined && Date.now() < deadline) {
    const { runs } = await jsonOf<{ runs: (RunJson & { input: { subject?: string } })[] }>(
      api.fetch('/v1/runs?limit=100'),
    );
    id = runs.find((run) => run.input.subject === subject && run.status === 'running')?.id;
  }
  t.is((await api.post(`/v1/runs/${id}/terminate`, { reason: 'Enough' })).status, 202);
  const answer = await waiting;
  t.is(answer.status, 422);
  t.like(await jsonOf<object>(answer), { code: 'run-terminated', run: { id, status: 'terminated' } });
});

test('no input causes a 500', async (t) => {
  const { api } = platform;
  const id = await startVote(api);
  const texts = [
    '\u0000',
    '\ud800',
    '\udc00x',
    '\u{1f600}',
    "'; drop table runs; --",
    '\\u0000',
    'x'.repeat(600),
    '\u2028',
    '',
  ];
  for (const text of texts) {
    // A URL cannot contain an unpaired surrogate; Buffer replaces it by U+FFFD.
    const segment = encodeURIComponent(Buffer.from(text).toString());
    const answers = await Promise.all([
      api.post('/v1/workflows/hello/start', { name: text }),
      api.post('/v1/workflows/vote/start', { subject: text, deadline: text }),
      api.post(`/v1/runs/${id}/updates/decide`, { decision: text, decidedBy: text, comment: text }),
      api.post(`/v1/workflows/${segment}/start`, {}),
      api.fetch(`/v1/runs/${segment}/queries/state`),
      api.fetch(`/v1/runs?cursor=${segment}`),
      api.fetch(`/v1/runs/${id}/queries/${segment}`),
    ]);
    for (const answer of answers) t.true(answer.status < 500, `${answer.url} ${answer.status}`);
    await Promise.all(answers.map((answer) => answer.body?.cancel()));
  }
  t.is((await api.post(`/v1/runs/${id}/terminate`, { reason: '\u{1f600}'.repeat(500) })).status, 202);
});

const withKey = (key: string): RequestInit => ({
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
});

test('repeated requests with the same key return the same run, also through execute and while it runs', async (t) => {
  const { api } = platform;
  const key = withKey('"the same request"');
  const input = { subject: 'Lunch', deadline: '1 hour' };
  const first = await api.post('/v1/workflows/vote/start', input, key);
  const { id } = await jsonOf(first);
  const again = await api.post('/v1/workflows/vote/start', input, key);
  t.is(again.status, 202);
  t.is(again.headers.get('location'), `/v1/runs/${id}`);
  const waiting = await api.post('/v1/workflows/vote/execute?wait=100ms', input, key);
  t.is(waiting.status, 202);
  t.is((await jsonOf(waiting)).id, id);
});

test('a repeated execute with the same key returns the result again', async (t) => {
  const { api } = platform;
  const execute = () => api.post('/v1/workflows/hello/execute?wait=20s', { name: 'Ada' }, withKey('twice'));
  const first = await jsonOf(execute());
  t.is(first.status, 'completed');
  t.deepEqual(await jsonOf(execute()), first);
});

test('answers 422 for the key of another request and 400 for an invalid key, and starts nothing', async (t) => {
  const { api } = platform;
  await api.post('/v1/workflows/hello/start', { name: 'Ada' }, withKey('taken'));
  const reused = await api.post('/v1/workflows/hello/start', { name: 'Reused' }, withKey('taken'));
  t.is(reused.status, 422);
  t.like(await jsonOf<object>(reused), { code: 'idempotency-key-reused' });
  for (const key of ['""', '"open', 'a b', `"${'x'.repeat(256)}"`]) {
    const answer = await api.post('/v1/workflows/hello/start', { name: 'Unreadable' }, withKey(key));
    t.is(answer.status, 400, key);
    t.like(await jsonOf<object>(answer), { code: 'idempotency-key-invalid' }, key);
  }
  const { runs } = await jsonOf<{ runs: { input: { name?: string } }[] }>(api.fetch('/v1/runs?limit=100'));
  t.false(runs.some(({ input }) => input.name === 'Reused' || input.name === 'Unreadable'));
});

test('a rejected request does not use up its key', async (t) => {
  const { api } = platform;
  const key = withKey('"refused first"');
  t.is((await api.post('/v1/workflows/hello/start', { name: '' }, key)).status, 422);
  t.is((await api.post('/v1/workflows/hello/start', { name: 'Ada' }, key)).status, 202);
});

test('a repeated update with the same key returns the same result, also if it ended the run', async (t) => {
  const { api } = platform;
  const id = await startVote(api);
  const decide = (decision: string, key: string) =>
    api.post(`/v1/runs/${id}/updates/decide`, { decision, decidedBy: 'Ada' }, withKey(key));
  const first = await jsonOf<object>(decide('approved', 'decision-1'));
  t.like(first, { result: { status: 'approved' } });
  t.deepEqual(await jsonOf<object>(decide('approved', 'decision-1')), first);
  await ended(api, id);
  t.deepEqual(await jsonOf<object>(decide('approved', 'decision-1')), first);
  const reused = await decide('rejected', 'decision-1');
  t.is(reused.status, 422);
  t.like(await jsonOf<object>(reused), { code: 'idempotency-key-reused' });
  t.is((await decide('rejected', 'decision-2')).status, 409);
});

test('the history lists activities and messages without their payloads', async (t) => {
  const { api } = platform;
  const id = await startVote(api);
  await api.post(`/v1/runs/${id}/updates/decide`, { decision: 'approved', decidedBy: 'Ada' });
  await ended(api, id);
  const history = await jsonOf<{ steps: Record<'kind' | 'name' | 'status', string>[] }>(
    api.fetch(`/v1/runs/${id}/history`),
  );
  t.deepEqual(
    history.steps.filter(({ kind }) => kind !== 'timer').map(({ kind, name, status }) => `${kind} ${name} ${status}`),
    ['update decide completed', 'activity recordDecision completed'],
  );
  t.false(JSON.stringify(history).includes('Ada'));
});

test('filters the list by workflow, status and time, and keeps pages stable while runs are added', async (t) => {
  const { api } = platform;
  const before = new Date().toISOString();
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const { id } = await jsonOf(api.post('/v1/workflows/hello/execute?wait=20s', { name: 'Filtered' }));
    ids.unshift(id);
  }
  const idsOf = async (query: string) => {
    const page = await jsonOf<{ runs: RunJson[]; links: { next?: string } }>(api.fetch(`/v1/runs?${query}`));
    return { ids: page.runs.map(({ id }) => id), next: page.links.next };
  };
  const filter = `workflow=hello&status=completed&createdFrom=${before}`;
  const seen: string[] = [];
  let page = await idsOf(`${filter}&limit=2`);
  const { id: added } = await jsonOf(api.post('/v1/workflows/hello/execute?wait=20s', { name: 'Added' }));
  for (;;) {
    seen.push(...page.ids);
    if (page.next === undefined) break;
    page = await idsOf(page.next.split('?')[1] ?? '');
  }
  // Other tests start runs concurrently.
  t.deepEqual(
    seen.filter((id) => ids.includes(id)),
    ids,
  );
  t.is(new Set(seen).size, seen.length);
  t.false(seen.includes(added));
  t.deepEqual((await idsOf(`${filter}&createdBefore=${before}`)).ids, []);
  t.deepEqual((await idsOf(`status=lost`)).ids, []);
  t.deepEqual((await idsOf(`workflow=unknown`)).ids, []);
});
