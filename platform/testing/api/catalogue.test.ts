import test from 'ava';
import { fixtureCatalogue as catalogue } from '../fixtures/catalogue.js';
import { testProduct } from '../test-product.js';
import { startTestApi } from './support/api.js';

test('lists every workflow with its input and output', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.fetch('/v1/workflows');
  t.is(answer.status, 200);
  const { workflows } = (await answer.json()) as { workflows: { name: string }[] };
  t.deepEqual(
    workflows.map(({ name }) => name),
    [...catalogue.keys()],
  );
  for (const workflow of workflows) {
    const { name, summary, executionTimeout, input, output, signals, queries, updates } =
      catalogue.get(workflow.name) ?? t.fail();
    t.deepEqual<unknown, unknown>(workflow, {
      ...{ name, summary, executionTimeout, input, output, signals, queries, updates },
      taskQueue: testProduct.taskQueues.workflows,
      links: {
        self: `/v1/workflows/${name}`,
        start: `/v1/workflows/${name}/start`,
        execute: `/v1/workflows/${name}/execute`,
      },
    });
    t.deepEqual(await (await api.fetch(`/v1/workflows/${workflow.name}`)).json(), workflow);
  }
});

test('answers 404 for an unknown workflow', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const name of ['nope', '__proto__', '%00', '%zz']) {
    t.is((await api.fetch(`/v1/workflows/${name}`)).status, 404, name);
  }
});

test('rejects query parameters', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  t.is((await api.fetch('/v1/workflows?page=2')).status, 422);
});
