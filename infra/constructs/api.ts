import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ports, services } from '../../config/names.js';
import { containerEnvironment, type DeploySettings } from '../container-environment.js';
import { users } from '../secrets.js';
import type { Stage } from '../stage.js';
import { bashHttpProbe } from './http-healthcheck.js';
import { ServiceContainer } from './service-container.js';

export interface ApiProps {
  readonly stage: Stage;
  readonly image: string;
  readonly network: string;
  readonly settings: DeploySettings;
  readonly after: readonly ITerraformDependable[];
}

/** The API's containers, all reached under one name. */
export class Api extends Construct {
  readonly replicas: readonly ServiceContainer[];

  constructor(scope: Construct, id: string, { stage, image, network, settings, after }: ApiProps) {
    super(scope, id);
    const environment = containerEnvironment('api', settings);
    const stopMs = settings.API_SHUTDOWN_DELAY_MS + settings.API_SHUTDOWN_GRACE_MS;
    this.replicas = Array.from({ length: stage.apiReplicas }, (_, index) => {
      const number = index + 1;
      return new ServiceContainer(this, `replica-${number}`, {
        stage,
        image,
        network,
        part: `${services.api}-${number}`,
        aliases: [services.api],
        uid: users.app,
        limits: { memoryMb: 384, cpus: 1 },
        command: ['node', 'dist/api/main.js'],
        environment,
        secrets: 'api',
        healthcheck: { test: bashHttpProbe(ports.api), intervalSeconds: 3, startPeriodSeconds: 60 },
        stopSeconds: Math.ceil(stopMs / 1000) + 5,
        after,
      });
    });
  }
}
