import test from 'ava';
import { startTestApi, type TestApi } from '../../../../../../platform/testing/api/support/api.js';
import { sampleName } from '../../api/routes/sample-name.js';

let api: TestApi;
test.before(async () => {
  api = await startTestApi({ routes: [sampleName] });
});
test.after.always(() => api?.close());

test('answers with the caller', async (t) => {
  const answer = await api.fetch('/v1/sample-name');
  t.is(answer.status, 200);
  t.deepEqual(await answer.json(), { caller: 'anonymous' });
});
