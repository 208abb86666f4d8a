import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { type AppRole, containerEnvironment, type DeploySettings } from '../container-environment.js';
import { users } from '../secrets.js';
import type { ContainerPartProps, PartProps } from './container-part.js';
import { bashHttpProbe } from './http-healthcheck.js';
import { ServiceContainer, type ServiceContainerProps } from './service-container.js';

export interface AppProps extends PartProps {
  readonly settings: DeploySettings;
}

export interface AppServiceProps extends AppProps {
  /** Containers that must be healthy, or completed if they are jobs, before this one is created. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** The props that the app's containers share: user, and the environment and secrets of their role. */
export const appPart = (role: AppRole, { stage, image, network, settings }: AppProps) =>
  ({
    ...{ stage, image, network, uid: users.app, secrets: role },
    environment: containerEnvironment(role, settings),
  }) satisfies Partial<ContainerPartProps>;

interface ReplicasProps
  extends AppServiceProps,
    Pick<ServiceContainerProps, 'part' | 'aliases' | 'limits' | 'stopSeconds'> {
  readonly role: Exclude<AppRole, 'migrate'>;
  readonly count: number;
  /** Port of the readiness probe. */
  readonly healthPort: number;
}

/** Creates `count` identical containers, named `part` with a number from 1 on. */
export function createReplicas(scope: Construct, id: string, props: ReplicasProps): void {
  const { role, part, count, healthPort, ...rest } = props;
  const common = {
    ...rest,
    ...appPart(role, props),
    command: ['node', `dist/${role}/main.js`],
    healthcheck: { test: bashHttpProbe(healthPort), intervalSeconds: 3, startPeriodSeconds: 60 },
  };
  for (let number = 1; number <= count; number++)
    new ServiceContainer(scope, `${id}-${number}`, { ...common, part: `${part}-${number}` });
}
