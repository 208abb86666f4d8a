import anyTest, { type TestFn } from 'ava';
import { rowsOf } from '../../../platform/testing/support/postgres.js';
import { createTestTemporal, type TestTemporal } from '../../../platform/testing/support/temporal.js';
import { until } from '../../../platform/testing/support/until.js';
import { type AbusedApi, startAbusedApi } from './support/abused-api.js';

const test = anyTest as TestFn<{ api: AbusedApi; temporal: TestTemporal }>;

test.before(async (t) => {
  t.context.temporal = await createTestTemporal();
  const { TEMPORAL_NAMESPACE } = t.context.temporal.settings;
  t.context.api = await startAbusedApi({ TEMPORAL_NAMESPACE });
});

test.after.always(async ({ context: { api, temporal } }) => {
  await api?.close();
  await temporal?.close();
});

const starts = 100;

test.serial('answers 202 to 100 concurrent starts with one key, with one run and one workflow', async (t) => {
  const { api, temporal } = t.context;
  const headers = { 'Idempotency-Key': '"the-only-one"' };
  const answers = await Promise.all(
    Array.from({ length: starts }, () => api.post('/v1/workflows/hello/start', '{"name":"Ada"}', headers)),
  );
  t.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
  const runs = await Promise.all(
    answers.map(async (answer) => (await answer.json()) as { id: string; workflowId: string }),
  );
  const [first] = runs;
  t.is(new Set(runs.map(({ id }) => id)).size, 1);
  t.deepEqual(await rowsOf(api.database.sequelize, 'SELECT id FROM runs'), [{ id: first?.id }]);

  await until('the run has started', async () => {
    const { status } = (await (await api.get(`/v1/runs/${first?.id}`)).json()) as { status: string };
    return status === 'running';
  });
  // The visibility store lags behind.
  const workflows: { workflowId: string; runId: string }[] = [];
  await until('Temporal lists it', async () => {
    workflows.length = 0;
    for await (const { workflowId, runId } of temporal.client.workflow.list()) workflows.push({ workflowId, runId });
    return workflows.length > 0;
  });
  t.deepEqual(
    workflows.map(({ workflowId }) => workflowId),
    [first?.workflowId],
  );
});

test.serial('answers 202 to one of 100 different starts with one key, and 422 to the others', async (t) => {
  const { api } = t.context;
  const headers = { 'Idempotency-Key': '"fought-for"' };
  const answers = await Promise.all(
    Array.from({ length: starts }, (_, index) =>
      api.post('/v1/workflows/hello/start', JSON.stringify({ name: `Ada ${index}` }), headers),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  t.deepEqual(statuses, [202, ...Array.from({ length: starts - 1 }, () => 422)]);
});

test.serial('the API logged no errors', (t) => {
  t.deepEqual(t.context.api.faults(), []);
});
