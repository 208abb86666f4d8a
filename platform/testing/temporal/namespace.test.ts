import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createTemporalClient, type TemporalSettings } from '../../temporal/connection.js';
import { ensureNamespace } from '../../temporal/namespace.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
test.before(async () => {
  temporal = await createTestTemporal();
});
test.after.always(() => temporal?.close());

const secondsPerDay = 86_400;

function ensure(overrides: Partial<TemporalSettings>) {
  const settings = { ...temporal.settings, ...overrides };
  const client = createTemporalClient(settings);
  return { client, done: ensureNamespace(client, settings).finally(() => client.connection.close()) };
}

test('makes a namespace that is missing, with the retention in the settings', async (t) => {
  const namespace = `made-${randomUUID()}`;
  const made = await ensure({ TEMPORAL_NAMESPACE: namespace, TEMPORAL_NAMESPACE_RETENTION_DAYS: 3 }).done;
  t.true(made.created);
  const { config } = await temporal.client.workflowService.describeNamespace({ namespace });
  t.is(Number(config?.workflowExecutionRetentionTtl?.seconds), 3 * secondsPerDay);
});

test('leaves one that is there as it is', async (t) => {
  t.deepEqual(await ensure({}).done, { created: false });
});

test('many at once make it once', async (t) => {
  const TEMPORAL_NAMESPACE = `raced-${randomUUID()}`;
  const results = await Promise.all(Array.from({ length: 5 }, () => ensure({ TEMPORAL_NAMESPACE }).done));
  t.is(results.filter(({ created }) => created).length, 1);
});

test('does not make one where the settings do not allow it', async (t) => {
  const missing = { TEMPORAL_NAMESPACE: `missing-${randomUUID()}`, TEMPORAL_NAMESPACE_CREATE: false };
  await t.throwsAsync(ensure(missing).done, { code: 'namespace-not-found', message: /TEMPORAL_NAMESPACE_CREATE/ });
});
