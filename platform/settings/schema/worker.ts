import { ports, taskQueueNames } from '../names.js';
import type { SettingSchema } from '../setting.js';
import { count, host, milliseconds, path, port } from './types.js';

/** Settings of the worker. */
export const workerSettings = {
  WORKER_TASK_QUEUES: {
    type: 'array',
    items: { type: 'string', enum: taskQueueNames },
    minItems: 1,
    uniqueItems: true,
    default: taskQueueNames,
    group: 'Worker',
    description: 'Task queues that this worker polls',
  },
  WORKER_HEALTH_HOST: {
    ...host,
    default: '127.0.0.1',
    group: 'Worker',
    description: 'Address of the health endpoints',
  },
  WORKER_HEALTH_PORT: {
    ...port,
    default: ports.workerHealth,
    group: 'Worker',
    description: 'Port of the health endpoints',
  },
  WORKER_WORKFLOW_SLOTS: {
    ...count,
    minimum: 2,
    default: 40,
    group: 'Worker',
    description: 'Maximum number of concurrent workflow tasks',
  },
  WORKER_WORKFLOW_CACHE: {
    ...count,
    minimum: 0,
    default: 600,
    group: 'Worker',
    description: 'Maximum number of workflows cached in memory (sticky cache)',
  },
  WORKER_ACTIVITY_SLOTS: {
    ...count,
    default: 100,
    group: 'Worker',
    description:
      'Maximum number of concurrent activities, for each task queue that the process serves; as many local activities can run besides',
  },
  WORKER_WORKFLOW_POLLERS: {
    ...count,
    minimum: 2,
    maximum: 100,
    default: 5,
    group: 'Worker',
    description: 'Maximum number of concurrent polls for workflow tasks',
  },
  WORKER_ACTIVITY_POLLERS: {
    ...count,
    maximum: 100,
    default: 5,
    group: 'Worker',
    description: 'Maximum number of concurrent polls for activities',
  },
  WORKER_SHUTDOWN_GRACE_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'Worker',
    description: 'Time that activities have to finish at shutdown before they are cancelled, in milliseconds',
  },
  WORKER_BUNDLE_PATH: {
    ...path,
    group: 'Worker',
    description: 'Prebuilt workflow bundle (`npm run build`); by default the worker builds it at startup',
  },
  WORKER_BUNDLE_CACHE_DIR: {
    ...path,
    group: 'Worker',
    description: 'Cache folder for the workflow bundle; the worker rebuilds the bundle only when its sources change',
  },
} as const satisfies Record<string, SettingSchema>;
