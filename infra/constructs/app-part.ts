import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { type AppRole, containerEnvironment, type DeploySettings } from '../container-environment.js';
import { users } from '../secrets.js';
import type { ContainerPartProps, PartProps } from './container-part.js';
import { bashHttpProbe } from './http-healthcheck.js';
import { ServiceContainer, type ServiceContainerProps } from './service-container.js';

/** What every part of the app is given. */
export interface AppProps extends PartProps {
  readonly settings: DeploySettings;
}

/** What a part of the app that serves is given. */
export interface AppServiceProps extends AppProps {
  /** What must be done or healthy before. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** What the app's containers have in common: the image's user, and the settings and secrets of their role. */
export const appPart = (role: AppRole, { stage, image, network, settings }: AppProps) =>
  ({
    ...{ stage, image, network },
    uid: users.app,
    environment: containerEnvironment(role, settings),
    secrets: role,
  }) satisfies Partial<ContainerPartProps>;

interface ReplicasProps
  extends AppServiceProps,
    Pick<ServiceContainerProps, 'part' | 'aliases' | 'limits' | 'stopSeconds'> {
  readonly role: Exclude<AppRole, 'migrate'>;
  readonly count: number;
  /** Where the service says whether it is ready. */
  readonly healthPort: number;
}

/** Containers that do the same, any number of them: each called `part` with its number, which begins at 1. */
export function createReplicas(scope: Construct, id: string, props: ReplicasProps): readonly ServiceContainer[] {
  const { role, part, count, healthPort, ...own } = props;
  const common = {
    ...own,
    ...appPart(role, props),
    command: ['node', `dist/${role}/main.js`],
    healthcheck: { test: bashHttpProbe(healthPort), intervalSeconds: 3, startPeriodSeconds: 60 },
  };
  return Array.from(
    { length: count },
    (_, index) => new ServiceContainer(scope, `${id}-${index + 1}`, { ...common, part: `${part}-${index + 1}` }),
  );
}
