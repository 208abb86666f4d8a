import { Construct } from 'constructs';
import { taskQueueNames } from '../../platform/product.js';
import { ports, services } from '../../platform/settings/names.js';
import { type AppServiceProps, createReplicas } from './app-part.js';

/** Workers for each task queue, so that the queues scale, and fail, apart from each other. */
export class Workers extends Construct {
  constructor(scope: Construct, id: string, props: AppServiceProps) {
    super(scope, id);
    const { stage, settings } = props;
    for (const queue of taskQueueNames)
      createReplicas(this, queue, {
        ...props,
        settings: { ...settings, WORKER_TASK_QUEUES: [queue] },
        role: 'worker',
        part: `${services.worker}-${queue}`,
        count: stage.workersPerQueue,
        limits: { memoryMb: 512, cpus: 1 },
        healthPort: ports.workerHealth,
        stopSeconds: Math.ceil(settings.WORKER_SHUTDOWN_GRACE_MS / 1000) + 10,
      });
  }
}
