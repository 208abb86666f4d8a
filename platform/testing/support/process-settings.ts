import type { ExecutionContext } from 'ava';
import { freePort } from '../../http/free-port.js';
import { createTestDatabase } from './postgres.js';
import { serverVariable } from './servers.js';
import type { TestTemporal } from './temporal.js';

/** Settings of a worker process: a new database, the Temporal of this test, and the bundle of the test run. */
export async function serverSettings(
  t: ExecutionContext,
  { settings: temporal }: TestTemporal,
): Promise<Record<string, string>> {
  const { settings } = await createTestDatabase(t);
  const database = Object.entries(settings).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return {
    ...Object.fromEntries(database),
    TEMPORAL_ADDRESS: temporal.TEMPORAL_ADDRESS,
    TEMPORAL_NAMESPACE: temporal.TEMPORAL_NAMESPACE,
    WORKER_HEALTH_PORT: String(await freePort()),
    WORKER_BUNDLE_PATH: serverVariable('TEST_FIXTURE_BUNDLE'),
  };
}
