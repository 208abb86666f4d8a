import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../../config/product.js';
import { healthPaths } from '../../../platform/settings/names.js';
import { testValues } from '../../../platform/settings/process-environment.js';
import { projectRoot } from '../../../platform/settings/project.js';
import { until } from '../../../platform/testing/support/until.js';
import type { Run } from '../../start/open-run.js';
import { answersOk } from '../../start/readiness.js';
import { startOrder } from '../../start/start-order.js';
import type { Guard } from './guards.js';
import { type Kept, type KeptOptions, keepUp } from './kept-process.js';
import type { Plan } from './points.js';
import { appDatabase, namespace, type ServerPorts } from './servers.js';
import { underTest } from './under-test.js';

export interface AppPorts extends ServerPorts {
  readonly api1: number;
  readonly api2: number;
  readonly worker: number;
}

export interface AppsOptions {
  readonly run: Run;
  readonly ports: AppPorts;
  /** File with the workflow bundle. */
  readonly bundle: string;
  readonly plan: Plan;
  /** Folder that records the reached points. */
  readonly metFolder: string;
  readonly without: Guard | undefined;
  readonly onEnd: KeptOptions['onEnd'];
}

export interface Apps {
  readonly api1: Kept;
  readonly api2: Kept;
  readonly worker: Kept;
}

/** Timeout of the first start, on a machine that may be busy, in milliseconds. */
const readyMs = 60_000;

/** Short, so that runs of dead processes are taken over within seconds. */
const recovery = {
  TEMPORAL_CALL_TIMEOUT_MS: '2000',
  RUNS_LEASE_MS: '4000',
  RUNS_RECONCILE_INTERVAL_MS: '1000',
  RUNS_CHECK_INTERVAL_MS: '10000',
  POSTGRES_CONNECT_TIMEOUT_MS: '3000',
  POSTGRES_STATEMENT_TIMEOUT_MS: '3000',
} as const;

/** Temporal's dev server has one writer: more concurrency would only add waiting. */
const atATime = {
  RUNS_DISPATCH_CONCURRENCY: '8',
  WORKER_WORKFLOW_SLOTS: '8',
  WORKER_ACTIVITY_SLOTS: '8',
} as const;

/**
 * Starts two APIs and a worker and waits until they are ready. Their entry points belong to the test, because those of the app cannot
 * inject failures.
 */
export async function startApps(options: AppsOptions): Promise<Apps> {
  const { run, ports, bundle, onEnd } = options;
  mkdirSync(options.metFolder, { recursive: true });
  const shared = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    ATLAS_ENV_FILE: '/dev/null',
    ...testValues(product.settings),
    LOG_FORMAT: 'json',
    POSTGRES_PORT: String(ports.postgres),
    POSTGRES_DB: appDatabase.database,
    POSTGRES_USER: appDatabase.user,
    POSTGRES_PASSWORD: appDatabase.password,
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE: namespace,
    API_AUTHENTICATION: 'none',
    ...recovery,
    ...atATime,
    ...underTest.environment(options),
  };
  const start = (name: string, entry: 'api-process' | 'worker-process', env: Readonly<Record<string, string>>) =>
    keepUp({
      name,
      start: () =>
        run.supervisor.spawn({
          service: name,
          startOrder: entry === 'api-process' ? startOrder.api : startOrder.worker,
          command: process.execPath,
          args: ['--import', import.meta.resolve('tsx'), join(projectRoot, 'tools/prove/kill', `${entry}.ts`)],
          env: { ...shared, ...env },
          cwd: projectRoot,
          logFile: join(run.data.logs, `${name}.log`),
          stop: { signal: 'SIGTERM', boundMs: 5_000 },
        }),
      onEnd,
    });
  const [api1, api2, worker] = await Promise.all([
    start('api-1', 'api-process', { API_PORT: String(ports.api1) }),
    start('api-2', 'api-process', { API_PORT: String(ports.api2) }),
    start('worker', 'worker-process', { WORKER_HEALTH_PORT: String(ports.worker), WORKER_BUNDLE_PATH: bundle }),
  ]);
  await Promise.all([ports.api1, ports.api2, ports.worker].map(untilReady));
  return { api1, api2, worker };
}

const untilReady = (port: number): Promise<void> =>
  until(
    `port ${port} is ready`,
    () =>
      answersOk(`http://127.0.0.1:${port}${healthPaths.ready}`).then(
        () => true,
        () => false,
      ),
    readyMs,
  );
