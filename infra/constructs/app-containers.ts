import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';

import { ports, services, type TaskQueueName, taskQueueNames } from '../../platform/settings/names.js';
import { type AppRole, containerEnvironment, type DeploySettings } from '../container-environment.js';
import { productEnvironment } from '../product-settings.js';
import { users } from '../secrets.js';
import type { ContainerPartProps, PartProps } from './container-part.js';
import { bashHttpProbe } from './http-healthcheck.js';
import { ServiceContainer, type ServiceContainerProps } from './service-container.js';

export interface AppProps extends PartProps {
  readonly settings: DeploySettings;
}

interface AppServiceProps extends AppProps {
  /** Containers that must be healthy, or completed if they are jobs, before this one is created. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** The props that the app's containers share: user, and the environment and secrets of their role. */
export const appPart = (role: AppRole, { stage, image, network, settings }: AppProps) =>
  ({
    ...{ stage, image, network, uid: users.app, secrets: role },
    environment: { ...containerEnvironment(role, settings), ...productEnvironment(role, settings, stage) },
  }) satisfies Partial<ContainerPartProps>;

/** Creates the API's containers, which share one network alias. */
export function createApi(scope: Construct, props: AppServiceProps): void {
  const { API_SHUTDOWN_DELAY_MS, API_SHUTDOWN_GRACE_MS } = props.settings;
  createReplicas(scope, 'api', ports.api, props.stage.apiReplicas, props, {
    part: services.api,
    aliases: [services.api],
    limits: { memoryMb: 384, cpus: 1 },
    stopSeconds: Math.ceil((API_SHUTDOWN_DELAY_MS + API_SHUTDOWN_GRACE_MS) / 1000) + 5,
  });
}

/**
 * Creates the workers. They serve every task queue, unless the queue for activities has workers of its own: the queues then scale, and
 * fail, apart from each other.
 */
export function createWorkers(scope: Construct, props: AppServiceProps): void {
  const { workers, activityWorkers } = props.stage;
  const create = (part: string, count: number, queues: readonly TaskQueueName[]) => {
    const settings = { ...props.settings, WORKER_TASK_QUEUES: queues };
    createReplicas(
      scope,
      'worker',
      ports.workerHealth,
      count,
      { ...props, settings },
      {
        part,
        limits: { memoryMb: 512, cpus: 2 },
        stopSeconds: Math.ceil(settings.WORKER_SHUTDOWN_GRACE_MS / 1000) + 10,
      },
    );
  };
  create(services.worker, workers, activityWorkers === 0 ? taskQueueNames : ['workflows']);
  create(`${services.worker}-activities`, activityWorkers, ['activities']);
}

/** Creates `count` identical containers, named `part` with a number from 1 on. */
function createReplicas(
  scope: Construct,
  role: Exclude<AppRole, 'migrate'>,
  healthPort: number,
  count: number,
  app: AppServiceProps,
  props: Pick<ServiceContainerProps, 'part' | 'aliases' | 'limits' | 'stopSeconds'>,
): void {
  for (let number = 1; number <= count; number++) {
    const part = `${props.part}-${number}`;
    new ServiceContainer(scope, part, {
      ...{ ...props, part, ...appPart(role, app), dependsOn: app.dependsOn },
      command: ['node', `dist/${role}/main.js`],
      healthcheck: { test: bashHttpProbe(healthPort), intervalSeconds: 3, startPeriodSeconds: 60 },
    });
  }
}
