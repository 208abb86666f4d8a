import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ports, services, taskQueueNames } from '../../config/names.js';
import { containerEnvironment, type DeploySettings } from '../container-environment.js';
import { users } from '../secrets.js';
import type { Stage } from '../stage.js';
import { bashHttpProbe } from './http-healthcheck.js';
import { ServiceContainer } from './service-container.js';

export interface WorkersProps {
  readonly stage: Stage;
  readonly image: string;
  readonly network: string;
  readonly settings: DeploySettings;
  readonly after: readonly ITerraformDependable[];
}

/** Workers for each task queue, so that the queues scale, and fail, apart from each other. */
export class Workers extends Construct {
  readonly workers: readonly ServiceContainer[];

  constructor(scope: Construct, id: string, { stage, image, network, settings, after }: WorkersProps) {
    super(scope, id);
    const numbers = Array.from({ length: stage.workersPerQueue }, (_, index) => index + 1);
    this.workers = taskQueueNames.flatMap((queue) =>
      numbers.map(
        (number) =>
          new ServiceContainer(this, `${queue}-${number}`, {
            stage,
            image,
            network,
            part: `${services.worker}-${queue}-${number}`,
            uid: users.app,
            limits: { memoryMb: 512, cpus: 1 },
            command: ['node', 'dist/worker/main.js'],
            environment: containerEnvironment('worker', { ...settings, WORKER_TASK_QUEUES: [queue] }),
            secrets: 'worker',
            healthcheck: { test: bashHttpProbe(ports.workerHealth), intervalSeconds: 3, startPeriodSeconds: 60 },
            stopSeconds: Math.ceil(settings.WORKER_SHUTDOWN_GRACE_MS / 1000) + 10,
            after,
          }),
      ),
    );
  }
}
