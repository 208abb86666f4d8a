import test from 'ava';
import { v7 as uuidV7 } from 'uuid';
import { WorkerUnavailable } from '../../errors/platform.js';
import { UpdateRejected, UpdateUnconfirmed } from '../../errors/runs.js';
import { startTestApi, type TestApi } from './support/api.js';
import { createInMemoryRuns } from './support/in-memory-runs.js';

const decision = { decision: 'approved', decidedBy: 'Ada' };
const startVote = async (api: TestApi) =>
  (
    (await (await api.post('/v1/workflows/vote/start', { subject: 'Lunch', deadline: '1 h' })).json()) as {
      id: string;
    }
  ).id;

test('answers 200 with the result of a query', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.fetch(`/v1/runs/${await startVote(api)}/queries/state`);
  t.is(answer.status, 200);
  t.deepEqual(await answer.json(), { result: { subject: 'Lunch', status: 'waiting', notes: 0 } });
});

test('answers 200 with the result of an update, and 409 if the workflow rejects it', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  const path = `/v1/runs/${await startVote(api)}/updates/decide`;
  const answer = await api.post(path, decision);
  t.is(answer.status, 200);
  const { decision: status, ...given } = decision;
  t.deepEqual(await answer.json(), { result: { subject: 'Lunch', status, notes: 0, ...given } });
  runs.failWith(new UpdateRejected('It has been decided'));
  const again = await api.post(path, decision);
  t.is(again.status, 409);
  t.like(await again.json(), { code: 'update-rejected', detail: 'It has been decided' });
});

test('answers 504 with Retry-After and an explanation for an unconfirmed update', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  const path = `/v1/runs/${await startVote(api)}/updates/decide`;
  runs.failWith(new UpdateUnconfirmed('The run ended while the update was running'));
  const answer = await api.post(path, decision);
  t.is(answer.status, 504);
  t.is(answer.headers.get('retry-after'), '2');
  t.like(await answer.json(), { code: 'update-unconfirmed', detail: 'The run ended while the update was running' });
});

test('checks the input of an update', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.post(`/v1/runs/${await startVote(api)}/updates/decide`, { decision: 'maybe' });
  t.is(answer.status, 422);
  t.is(((await answer.json()) as { errors: unknown[] }).errors.length, 2);
});

test('answers 404 for an unknown message, whatever its name', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const run = `/v1/runs/${await startVote(api)}`;
  for (const name of ['nope', '__proto__', 'constructor', 'toString', '%00', '%zz', '__stack_trace']) {
    const answers = [
      await api.post(`${run}/signals/${name}`, {}),
      await api.post(`${run}/updates/${name}`, {}),
      await api.fetch(`${run}/queries/${name}`),
    ];
    for (const answer of answers) {
      t.is(answer.status, 404, name);
      t.like(await answer.json(), { code: 'message-not-found' });
    }
  }
});

test('answers 404 for a message to an unknown run', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const id of [uuidV7(), 'x']) {
    t.is((await api.post(`/v1/runs/${id}/signals/a`, {})).status, 404);
    t.is((await api.post(`/v1/runs/${id}/updates/decide`, decision)).status, 404);
    t.is((await api.fetch(`/v1/runs/${id}/queries/state`)).status, 404);
  }
});

test('answers 503 with Retry-After if no worker responds', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  const id = await startVote(api);
  runs.failWith(new WorkerUnavailable('deadline'));
  const answer = await api.fetch(`/v1/runs/${id}/queries/state`);
  t.is(answer.status, 503);
  t.is(answer.headers.get('retry-after'), '2');
  t.like(await answer.json(), { code: 'worker-unavailable' });
});
