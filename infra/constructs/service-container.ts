import type { ContainerPorts } from '@cdktf/provider-docker/lib/container/index.js';
import type { Construct } from 'constructs';
import type { PublishedPorts } from '../exposure.js';
import type { Stage } from '../stage.js';
import { type ContainerPartProps, literal, PartContainer } from './container-part.js';

export interface Healthcheck {
  /** In Docker's form: `['CMD', …]` or `['CMD-SHELL', script]`. */
  readonly test: readonly string[];
  /** Whole seconds between probes, and from the start to the first one. */
  readonly intervalSeconds: number;
  /** Whole seconds after the start during which failed probes do not count. */
  readonly startPeriodSeconds: number;
}

/** The published port of a part of the stage; empty if the stage does not publish it. */
export const publishedPort = (
  { ports, bindAddresses }: Stage,
  part: keyof PublishedPorts,
  internal: number,
): readonly ContainerPorts[] => {
  const external = ports[part];
  return external === undefined ? [] : [{ internal, external, ip: bindAddresses[part], protocol: 'tcp' }];
};

export interface ServiceContainerProps extends ContainerPartProps {
  readonly healthcheck: Healthcheck;
  /** Whole seconds from SIGTERM to SIGKILL. Allow for a shutdown under load. */
  readonly stopSeconds: number;
  /** @default - reachable in the stage's network only */
  readonly ports?: readonly ContainerPorts[];
  /** Named volumes by mount path. @default - no data outlives the container */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Size of /dev/shm, in MiB. @default - Docker's default of 64 */
  readonly sharedMemoryMb?: number;
}

/**
 * The provider polls the health of a container every full second. A probe that ends just before the poll saves a second over one that
 * ends just after.
 */
const aheadOfPollSeconds = 0.1;

/** The deploy fails if a service is not healthy after this time, in seconds. */
const healthyWithinSeconds = 120;

/** A long-running container. A deploy waits until it is healthy. */
export class ServiceContainer extends PartContainer {
  constructor(scope: Construct, id: string, props: ServiceContainerProps) {
    const { healthcheck, stopSeconds, sharedMemoryMb, ports, volumes = {} } = props;
    super(scope, id, props, {
      restart: 'unless-stopped',
      // The first applies to Terraform, which would kill at once; the second to `docker stop` and the engine's shutdown.
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
      ...(sharedMemoryMb !== undefined && { shmSize: sharedMemoryMb }),
      ...(ports && ports.length > 0 && { ports: [...ports] }),
      mounts: Object.entries(volumes).map(([target, source]) => ({ type: 'volume', source, target })),
    });
  }
}

/** A duration in Go's canonical form, `1m0s`: with `60s`, each plan would show a change. */
function goDuration(seconds: number): string {
  const rest = Math.round((seconds % 60) * 1000) / 1000;
  if (seconds < 60) return `${rest}s`;
  const hours = Math.floor(seconds / 3600);
  return `${hours === 0 ? '' : `${hours}h`}${Math.floor(seconds / 60) % 60}m${rest}s`;
}
