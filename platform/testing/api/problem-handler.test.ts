import test from 'ava';
import { DomainError } from '../../errors/domain-error.js';
import { DatabaseUnavailable } from '../../errors/platform.js';
import { startTestApi } from './support/api.js';
import { createInMemoryRuns } from './support/in-memory-runs.js';

test('an unknown error is 500 without details, and its stack is in the log', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  runs.failWith(new Error('password=hunter2'));
  const answer = await api.fetch('/v1/runs', { headers: { 'X-Request-Id': 'r-1' } });
  t.is(answer.status, 500);
  t.is(answer.headers.get('content-type'), 'application/problem+json');
  t.deepEqual(await answer.json(), {
    type: 'urn:tested:problem:internal-error',
    title: 'Internal server error',
    status: 500,
    code: 'internal-error',
    instance: '/v1/runs',
    requestId: 'r-1',
  });
  const line = await api.waitFor((each) => each['level'] === 'error');
  t.like(line['err'], { message: 'password=hunter2' });
  t.regex((line['err'] as { stack: string }).stack, /problem-handler\.test/);
});

class CardDeclined extends DomainError {
  readonly code = 'card-declined';
}

test("a product's code without a status is 500 without details, and the log says what is missing", async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  runs.failWith(new CardDeclined('card 4111'));
  const answer = await api.fetch('/v1/runs');
  t.is(answer.status, 500);
  const text = await answer.text();
  t.is(JSON.parse(text).code, 'internal-error');
  t.notRegex(text, /card/);
  const line = await api.waitFor((each) => each['level'] === 'error');
  t.is(line['msg'], 'The error code card-declined has no HTTP status: give it one in api/problems.ts');
  t.like(line['err'], { code: 'card-declined', message: 'card 4111' });
});

test('logs a failure of the platform with its cause', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  runs.failWith(new DatabaseUnavailable('gone', { cause: new Error('ECONNREFUSED') }));
  t.is((await api.fetch('/v1/runs')).status, 503);
  const line = await api.waitFor((each) => each['msg'] === 'The database is unavailable');
  t.is(line['level'], 'warn');
});

test('HEAD of a problem has its headers but no body', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.fetch('/nowhere', { method: 'HEAD' });
  t.is(answer.status, 404);
  t.is(answer.headers.get('content-type'), 'application/problem+json');
  t.is(await answer.text(), '');
});
