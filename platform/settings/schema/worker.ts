import { taskQueueNames } from '../../product.js';
import { ports } from '../names.js';
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
    description: 'Task queues that this worker serves, separated by commas',
  },
  WORKER_HEALTH_HOST: {
    ...host,
    default: '127.0.0.1',
    group: 'Worker',
    description: "Address of the worker's health endpoints",
  },
  WORKER_HEALTH_PORT: {
    ...port,
    default: ports.workerHealth,
    group: 'Worker',
    description: "Port of the worker's health endpoints",
  },
  WORKER_WORKFLOW_SLOTS: {
    ...count,
    minimum: 2,
    default: 40,
    group: 'Worker',
    description: 'Workflow tasks that run at a time',
  },
  WORKER_WORKFLOW_CACHE: {
    ...count,
    minimum: 0,
    default: 600,
    group: 'Worker',
    description: 'Workflows kept in memory between their tasks',
  },
  WORKER_ACTIVITY_SLOTS: { ...count, default: 100, group: 'Worker', description: 'Activities that run at a time' },
  WORKER_WORKFLOW_POLLERS: {
    ...count,
    minimum: 2,
    maximum: 100,
    default: 5,
    group: 'Worker',
    description: 'Polls for workflow tasks that are open at a time',
  },
  WORKER_ACTIVITY_POLLERS: {
    ...count,
    maximum: 100,
    default: 5,
    group: 'Worker',
    description: 'Polls for activities that are open at a time',
  },
  WORKER_SHUTDOWN_GRACE_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'Worker',
    description: 'Time activities have to end at shutdown before they are cancelled, in milliseconds',
  },
  WORKER_BUNDLE_PATH: {
    ...path,
    group: 'Worker',
    description: 'Prebuilt workflow bundle (`npm run build`); made from the sources at start when not set',
  },
  WORKER_BUNDLE_CACHE_DIR: {
    ...path,
    group: 'Worker',
    description: 'Folder that keeps the bundle made from the sources, so that it is made anew only when they change',
  },
} as const satisfies Record<string, SettingSchema>;
