import { randomUUID } from 'node:crypto';
import type { Client, Connection } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { createLogger } from '../../observability/logger.js';
import type { OutcomeRecorder } from '../../runs/outcome-recorder.js';
import type { Attempt } from '../../runs/problem-recorder.js';
import type { Outcome } from '../../runs/run.js';
import type { WorkflowEngine, WorkflowStart } from '../../runs/workflow-engine.js';
import { readSettings } from '../../settings/settings.js';
import { createTemporalClient, type TemporalSettings } from '../../temporal/connection.js';
import { ensureNamespace } from '../../temporal/namespace.js';
import { createWorkflowEngine } from '../../temporal/workflow-engine.js';
import { attemptReports } from '../../worker/activity-attempts.js';
import { createWorkers, type WorkerSettings } from '../../worker/create-workers.js';
import { runWorkers } from '../../worker/run-workers.js';
import { createTaskFailures } from '../../worker/task-failures.js';
import type { WorkflowDefinition } from '../../workflows/define.js';
import { testProduct } from '../test-product.js';
import { recordHistory } from './histories.js';
import './runtime.js';
import { serverVariable } from './servers.js';

export interface TestTemporal {
  readonly settings: TemporalSettings & WorkerSettings;
  readonly client: Client & { readonly connection: Connection };
  readonly engine: WorkflowEngine;
  /** Starts a workflow and waits for its outcome, up to `waitMs` (milliseconds). */
  execute(definition: WorkflowDefinition, run: WorkflowStart & { waitMs: number }): Promise<Outcome | undefined>;
  /**
   * `npm run record:histories` records the history of this ended workflow in `test/histories/WORKFLOW-NAME.json`, for the replay test.
   * In other test runs, throws if that recording is missing.
   */
  recordHistory(workflowId: string, name: string): Promise<void>;
  /**
   * Runs the workers with these activities, until the returned function is called or the test file ends.
   * `startWorkers<Activities>` checks them.
   */
  startWorkers<A extends object = object>(
    activities: Partial<A>,
    settings?: Partial<WorkerSettings>,
    recorder?: OutcomeRecorder,
    onAttempt?: (attempt: Attempt) => void,
  ): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export const createTestEngine = (client: TestTemporal['client'], timeoutMs: number): WorkflowEngine =>
  createWorkflowEngine(client, { taskQueues: testProduct.taskQueues, timeoutMs });

/** Whose workflows the workers run: those of `platform/testing/fixtures/`, or those of `workflows/`. */
export type TestBundle = 'fixtures' | 'product';
const bundleVariables = { fixtures: 'TEST_FIXTURE_BUNDLE', product: 'TEST_PRODUCT_BUNDLE' } as const;

/** Hides the errors that tests provoke. */
const silent = createLogger('worker', { LOG_LEVEL: 'fatal', LOG_FORMAT: 'json' });

/** Deadline of calls to Temporal: longer than a busy machine takes. */
const patientTimeoutMs = 30_000;

/**
 * Creates a namespace on the test server, so that test files can use the same task queues. Close it in `test.after.always`.
 * @param bundle - the workflows that the workers run
 */
export async function createTestTemporal(bundle: TestBundle = 'fixtures'): Promise<TestTemporal> {
  const { settings } = readSettings(testProduct, {
    POSTGRES_PASSWORD: 'not-used',
    TEMPORAL_ADDRESS: serverVariable('TEST_TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE: `test-${randomUUID()}`,
    TEMPORAL_NAMESPACE_CREATE: 'true',
    WORKER_SHUTDOWN_GRACE_MS: '1000',
  });
  // First, because it fails at once if no server listens.
  const native = await NativeConnection.connect({ address: settings.TEMPORAL_ADDRESS });
  const client = createTemporalClient(settings);
  const disconnect = () => Promise.all([native.close(), client.connection.close()]);
  await ensureNamespace(client, { ...settings, TEMPORAL_CALL_TIMEOUT_MS: patientTimeoutMs }).catch(async (error) => {
    await disconnect();
    throw error;
  });
  const stops = new Set<() => Promise<void>>();
  const engine = createTestEngine(client, patientTimeoutMs);

  return {
    settings,
    client,
    engine,
    async execute(definition, { waitMs, ...run }) {
      await engine.start(definition, run);
      return engine.result(run.workflowId, waitMs);
    },
    recordHistory: (workflowId, name) => recordHistory(client, workflowId, name),
    async startWorkers(activities, overrides = {}, recorder = undefined, onAttempt = () => {}) {
      const failures = { logger: silent, onAttempt };
      const workers: Worker[] = await createWorkers({
        product: testProduct,
        settings: {
          ...settings,
          // A worker without activities cannot poll for them.
          ...(Object.keys(activities).length === 0 && { WORKER_TASK_QUEUES: ['workflows'] }),
          ...overrides,
        },
        connection: native,
        workflows: async () => ({ codePath: serverVariable(bundleVariables[bundle]) }),
        activities,
        onClosing: (closing) => recorder?.note(closing),
        failingSinks: createTaskFailures(failures).sinks,
        attempts: attemptReports(failures),
      });
      const stopped = new AbortController();
      const running = runWorkers(workers, stopped.signal, { stopMs: 20_000 });
      const stop = async () => {
        stops.delete(stop);
        stopped.abort();
        await running;
        // Its connections close next.
        await recorder?.flush();
      };
      stops.add(stop);
      return stop;
    },
    async close() {
      await Promise.all([...stops].map((stop) => stop()));
      await disconnect();
    },
  };
}
