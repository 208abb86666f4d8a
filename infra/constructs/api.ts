import { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { type AppServiceProps, createReplicas } from './app-part.js';

/** The API's containers, which share one network alias. */
export class Api extends Construct {
  constructor(scope: Construct, id: string, props: AppServiceProps) {
    super(scope, id);
    const { API_SHUTDOWN_DELAY_MS, API_SHUTDOWN_GRACE_MS } = props.settings;
    createReplicas(this, 'replica', {
      ...props,
      role: 'api',
      part: services.api,
      count: props.stage.apiReplicas,
      aliases: [services.api],
      limits: { memoryMb: 384, cpus: 1 },
      healthPort: ports.api,
      stopSeconds: Math.ceil((API_SHUTDOWN_DELAY_MS + API_SHUTDOWN_GRACE_MS) / 1000) + 5,
    });
  }
}
