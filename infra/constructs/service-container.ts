import type { Container, ContainerMounts } from '@cdktf/provider-docker/lib/container/index.js';
import { Construct } from 'constructs';
import type { PublishedPorts } from '../exposure.js';
import type { Stage } from '../stage.js';
import { type ContainerPartProps, createContainer, literal } from './container-part.js';

/** How Docker finds out whether a service serves. */
export interface Healthcheck {
  /** As Docker takes it: `['CMD', …]` or `['CMD-SHELL', script]`. */
  readonly test: readonly string[];
  /** Whole seconds between two probes; the first one comes that long after the start. */
  readonly intervalSeconds: number;
  /** Whole seconds after the start in which a failed probe does not count. */
  readonly startPeriodSeconds: number;
}

/** A port of an address of this machine that leads to the container. */
export interface PublishedPort {
  readonly internal: number;
  readonly external: number;
  readonly ip: string;
}

/** The port on which a part of the stage is reached from outside, where it is published. */
export const publishedPort = (
  { ports, bindAddresses }: Stage,
  part: keyof PublishedPorts,
  internal: number,
): readonly PublishedPort[] => {
  const external = ports[part];
  return external === undefined ? [] : [{ internal, external, ip: bindAddresses[part] }];
};

export interface ServiceContainerProps extends ContainerPartProps {
  readonly healthcheck: Healthcheck;
  /** Whole seconds the service has to end by itself before it is killed; more than it takes under load. */
  readonly stopSeconds: number;
  /** @default - reached within the stage's network only */
  readonly ports?: readonly PublishedPort[];
  /** Named volumes, by the path they are mounted at. @default - nothing outlives the container */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Bytes of /dev/shm, in MiB. @default - Docker's 64 */
  readonly sharedMemoryMb?: number;
}

/**
 * The provider looks each full second whether a container is healthy: a probe that has ended just before is seen a second earlier than
 * one that ends just after.
 */
const aheadOfPollSeconds = 0.1;

/** Longest time a service may take until it is healthy, in seconds, before its deploy fails. */
const healthyWithinSeconds = 120;

/** A container that serves until it is told to stop; a deploy waits until it is healthy. */
export class ServiceContainer extends Construct {
  readonly container: Container;

  constructor(scope: Construct, id: string, props: ServiceContainerProps) {
    super(scope, id);
    const { healthcheck, stopSeconds } = props;
    this.container = createContainer(this, 'container', props, {
      restart: 'unless-stopped',
      // Without the first Terraform kills at once; the second is what `docker stop` and the engine's own shutdown keep to.
      destroyGraceSeconds: stopSeconds,
      stopTimeout: stopSeconds,
      wait: true,
      waitTimeout: healthyWithinSeconds,
      healthcheck: {
        test: healthcheck.test.map(literal),
        interval: goDuration(healthcheck.intervalSeconds - aheadOfPollSeconds),
        timeout: goDuration(5),
        retries: 3,
        startPeriod: goDuration(healthcheck.startPeriodSeconds),
      },
      ...(props.sharedMemoryMb !== undefined && { shmSize: props.sharedMemoryMb }),
      ...(props.ports &&
        props.ports.length > 0 && { ports: props.ports.map((port) => ({ ...port, protocol: 'tcp' })) }),
      ...(props.volumes && { mounts: Object.entries(props.volumes).map(volumeMount) }),
    });
  }
}

const volumeMount = ([target, source]: [string, string]): ContainerMounts => ({ type: 'volume', source, target });

/** As Go writes it, which is how the provider reads it back: `1m0s`, where `60s` would be a change in every plan. */
function goDuration(seconds: number): string {
  const rest = Math.round((seconds % 60) * 1000) / 1000;
  if (seconds < 60) return `${rest}s`;
  const hours = Math.floor(seconds / 3600);
  return `${hours === 0 ? '' : `${hours}h`}${Math.floor(seconds / 60) % 60}m${rest}s`;
}
