import type { Worker } from '@temporalio/worker';
import type { HealthRepository } from '../database/health-repository.js';
import { WorkerUnavailable } from '../errors/platform.js';
import { type HealthCheck, healthCallTimeoutMs } from '../observability/health-check.js';
import { problemsCheck } from '../runs/problems-check.js';
import type { ProblemRecords } from '../runs/run.js';
import type { TemporalClient } from '../temporal/connection.js';
import { createCall } from '../temporal/errors.js';

export interface WorkerChecksDeps {
  /** The workers of this process; none before the connection to Temporal. */
  readonly workers: () => readonly Pick<Worker, 'getStatus'>[];
  readonly client: TemporalClient;
  readonly database: Pick<HealthRepository, 'ping'>;
  readonly problems: Pick<ProblemRecords, 'count'>;
}

/**
 * Health checks of a worker. Temporal and running pollers are critical. Without PostgreSQL, activities that need it fail and are retried,
 * while other activities and all workflow tasks continue.
 */
export function workerChecks({ workers, client, database, problems }: WorkerChecksDeps): HealthCheck[] {
  const call = createCall(client.connection, healthCallTimeoutMs);
  return [
    { name: 'workers', critical: true, run: async () => describeWorkers(workers()) },
    {
      name: 'temporal',
      critical: true,
      run: async () => ({ version: (await call(() => client.workflowService.getSystemInfo({}))).serverVersion }),
    },
    { name: 'postgres', critical: false, run: () => database.ping().then(() => ({})) },
    problemsCheck(problems),
  ];
}

function describeWorkers(workers: readonly Pick<Worker, 'getStatus'>[]): { detail: string } {
  const statuses = workers.map((worker) => worker.getStatus());
  if (statuses.length === 0) throw new WorkerUnavailable('No worker has started yet');
  const stopped = statuses.find(({ runState }) => runState !== 'RUNNING');
  if (stopped) throw new WorkerUnavailable(`A worker is ${stopped.runState}`);
  let [tasks, activities, cached] = [0, 0, 0];
  for (const status of statuses) {
    tasks += status.numInFlightWorkflowActivations;
    activities += status.numInFlightActivities;
    cached += status.numCachedWorkflows;
  }
  return { detail: `${tasks} workflow tasks and ${activities} activities in flight, ${cached} workflows cached` };
}
