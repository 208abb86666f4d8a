import test from 'ava';
import { startTestPlatform, type TestPlatform } from '../support/platform.js';

let platform: TestPlatform;

test.before(async () => {
  platform = await startTestPlatform();
});
test.after.always(() => platform?.close());

async function execute(workflow: string, input: object) {
  const answer = await platform.api.post(`/v1/workflows/${workflow}/execute?wait=60s`, input);
  return (await answer.json()) as { id: string; workflowId: string; status: string; result: unknown };
}

const stepsOf = async (id: string) => {
  const history = (await (await platform.api.fetch(`/v1/runs/${id}/history`)).json()) as {
    steps: { kind: string; name: string; status: string }[];
  };
  return history.steps.map(({ kind, name, status }) => `${kind} ${name} ${status}`);
};

test('a run that continues as new stays one run and ends with the last result', async (t) => {
  const run = await execute('count-down', { count: 3 });
  t.like(run, { status: 'completed', result: { sum: 6 } });
  t.is(run.workflowId, `count-down-${run.id}`);
});

test('a child workflow is a step of the run', async (t) => {
  const run = await execute('delegate', { count: 2 });
  t.like(run, { status: 'completed', result: { sum: 3 } });
  t.deepEqual(await stepsOf(run.id), ['child-workflow count-down completed']);
});

test('a retried activity resumes from its last heartbeat', async (t) => {
  const run = await execute('crawl', { count: 4 });
  t.like(run, { status: 'completed', result: { resumedAt: 2 } });
  t.deepEqual(await stepsOf(run.id), ['activity countUp completed']);
});
