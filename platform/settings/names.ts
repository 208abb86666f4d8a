/** Names that several parts use. Nothing here depends on the environment. */

/** Names of the platform's services in logs, health reports, containers and on the screen. */
export const services = {
  postgres: 'postgres',
  temporal: 'temporal',
  worker: 'worker',
  api: 'api',
  temporalUi: 'temporal-ui',
  uiLogin: 'ui-login',
  proxy: 'proxy',
} as const;
export type ServiceName = keyof typeof services;

/** The processes of the app that run the product's code: API, worker and migrations. Each has its settings and secrets. */
export const processes = ['api', 'worker', 'migrate'] as const;
export type ProcessName = (typeof processes)[number];

/** Temporal task queues by what they carry: the values of WORKER_TASK_QUEUES. */
export const taskQueueNames = ['workflows', 'activities'] as const;
export type TaskQueueName = (typeof taskQueueNames)[number];

/** Default ports of the services. The network of a deployed stage always uses these. */
export const ports = {
  postgres: 5432,
  temporal: 7233,
  temporalUi: 8080,
  api: 3000,
  workerHealth: 3001,
  proxy: 8080,
  proxyHealth: 8081,
} as const;

/** Paths of the health endpoints, the same for the API and the worker. */
export const healthPaths = { report: '/health', live: '/health/live', ready: '/health/ready' } as const;

/** Exit code for an invalid configuration (EX_CONFIG of sysexits.h). */
export const exitCodeConfig = 78;
