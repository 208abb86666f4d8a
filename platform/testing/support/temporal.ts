import { randomUUID } from 'node:crypto';
import type { Client, Connection } from '@temporalio/client';
import { NativeConnection, type Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { Activities } from '../../../activities/index.js';
import type { Closing } from '../../runs/outcome-recorder.js';
import { readSettings } from '../../settings/settings.js';
import { createTemporalClient, type TemporalSettings } from '../../temporal/connection.js';
import { ensureNamespace } from '../../temporal/namespace.js';
import { createRunOperations, type RunOperations } from '../../temporal/run-operations.js';
import { createWorkers, type WorkerSettings } from '../../worker/create-workers.js';
import { runWorkers } from '../../worker/run-workers.js';
import type { FixtureActivities } from '../fixtures/activities.js';
import './runtime.js';
import { serverVariable } from './servers.js';

export interface TestTemporal {
  readonly settings: TemporalSettings & WorkerSettings;
  readonly client: Client & { readonly connection: Connection };
  readonly operations: RunOperations;
  /** Runs the app's workers, with these activities and the app's workflows unless others are given, until the function it returns is called or the test file ends. */
  startWorkers(
    activities: Partial<Activities> | FixtureActivities,
    settings?: Partial<WorkerSettings>,
    onClosing?: (closing: Closing) => void,
    bundle?: WorkflowBundleOption,
  ): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const appBundle = (): WorkflowBundleOption => ({ codePath: serverVariable('TEST_WORKFLOW_BUNDLE') });

/**
 * A namespace of the real server for one test file, so that files do not meet: names of task queues stay the app's own.
 * Close it in `test.after.always`.
 */
export async function createTestTemporal(): Promise<TestTemporal> {
  const { settings } = readSettings({
    POSTGRES_PASSWORD: 'not-used',
    TEMPORAL_ADDRESS: serverVariable('TEST_TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE: `test-${randomUUID()}`,
    TEMPORAL_NAMESPACE_CREATE: 'true',
    WORKER_SHUTDOWN_GRACE_MS: '1000',
  });
  const client = createTemporalClient(settings);
  await ensureNamespace(client, settings);
  const native = await NativeConnection.connect({ address: settings.TEMPORAL_ADDRESS });
  const stops = new Set<() => Promise<void>>();

  return {
    settings,
    client,
    operations: createRunOperations(client, settings.TEMPORAL_CALL_TIMEOUT_MS),
    async startWorkers(activities, overrides = {}, onClosing = () => {}, bundle = appBundle()) {
      const workers: Worker[] = await createWorkers({
        settings: { ...settings, ...overrides },
        connection: native,
        workflows: async () => bundle,
        activities: () => activities,
        onClosing,
      });
      const stopped = new AbortController();
      const running = runWorkers(workers, stopped.signal, { stopMs: 20_000 });
      const stop = async () => {
        stops.delete(stop);
        stopped.abort();
        await running;
      };
      stops.add(stop);
      return stop;
    },
    async close() {
      await Promise.all([...stops].map((stop) => stop()));
      await native.close();
      await client.connection.close();
    },
  };
}
