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
  return ensureNamespace(client, settings).finally(() => client.connection.close());
}

async function retentionDays(namespace: string): Promise<number> {
  const { config } = await temporal.client.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds) / secondsPerDay;
}

test('creates a missing namespace with the retention in the settings, and leaves it as it is from then on', async (t) => {
  const namespace = `created-${randomUUID()}`;
  await ensure({ TEMPORAL_NAMESPACE: namespace, TEMPORAL_NAMESPACE_RETENTION_DAYS: 3 });
  t.is(await retentionDays(namespace), 3);
  await ensure({ TEMPORAL_NAMESPACE: namespace, TEMPORAL_NAMESPACE_RETENTION_DAYS: 5 });
  t.is(await retentionDays(namespace), 3);
});

test('may be called concurrently', async (t) => {
  const settings = { TEMPORAL_NAMESPACE: `raced-${randomUUID()}`, TEMPORAL_NAMESPACE_RETENTION_DAYS: 3 };
  await Promise.all(Array.from({ length: 5 }, () => ensure(settings)));
  t.is(await retentionDays(settings.TEMPORAL_NAMESPACE), 3);
});

test('does not create a namespace without TEMPORAL_NAMESPACE_CREATE', async (t) => {
  const missing = { TEMPORAL_NAMESPACE: `missing-${randomUUID()}`, TEMPORAL_NAMESPACE_CREATE: false };
  await t.throwsAsync(ensure(missing), { code: 'namespace-not-found', message: /TEMPORAL_NAMESPACE_CREATE/ });
});
