import type { ContainerResource, StageResources } from '../../../infra/stage-configuration.js';

/** Attributes that Compose expresses in another way or does not need. */
const withoutCounterpart: ReadonlySet<string> = new Set([
  ...['//', 'name', 'labels', 'network_mode', 'destroy_grace_seconds'],
  ...['wait', 'wait_timeout', 'attach', 'logs', 'must_run'],
]);

/**
 * Generates a Compose file (JSON, which is YAML) with the stage's containers: the same images, commands, limits, health checks, secrets and
 * start order. Volume and network belong to Compose; `down --volumes` removes them.
 * @throws {Error} a container has an unknown attribute, so that the two would differ
 */
export function composeFile(resources: StageResources): string {
  const services = Object.entries(resources.docker_container).map(([id, it]) => [id, serviceOf(id, it, resources)]);
  return JSON.stringify({ services: Object.fromEntries(services), volumes: { data: {} } });
}

function serviceOf(id: string, container: ContainerResource, resources: StageResources): object {
  // The first seven have the same name and form in Compose.
  const { user, hostname, read_only, init, restart, cpu_period, cpu_quota, ...renamed } = container;
  const { image, entrypoint, command, env, healthcheck, capabilities, security_opts, ...others } = renamed;
  const { memory, memory_swap, shm_size, stop_timeout, log_driver, log_opts, tmpfs, mounts, ...last } = others;
  const { networks_advanced, ports, depends_on, lifecycle, ...rest } = last;
  const unknown = Object.keys(rest).find((key) => !withoutCounterpart.has(key));
  if (unknown !== undefined) throw new Error(`${id}: the Compose file has no translation of ${unknown}`);
  return {
    ...{ user, hostname, read_only, init, restart, cpu_period, cpu_quota },
    image: imageName(image, resources),
    entrypoint: entrypoint?.map(literal),
    command: command?.map(literal),
    environment: env.map(literal),
    healthcheck: healthcheck && { ...healthcheck, test: healthcheck.test.map(literal) },
    cap_add: capabilities.add,
    cap_drop: capabilities.drop,
    security_opt: security_opts,
    mem_limit: `${memory}m`,
    memswap_limit: `${memory_swap}m`,
    shm_size: shm_size && `${shm_size}m`,
    stop_grace_period: stop_timeout && `${stop_timeout}s`,
    logging: { driver: log_driver, options: log_opts },
    tmpfs: tmpfs && Object.entries(tmpfs).map(([path, options]) => `${path}:${options}`),
    volumes: mounts.map((mount) => (mount.type === 'volume' ? { ...mount, source: 'data' } : mount)),
    networks: { default: { aliases: networks_advanced.flatMap(({ aliases }) => aliases) } },
    ports: ports?.map(({ ip, external, internal }) => `${ip}:${external}:${internal}`),
    // Terraform also waits for containers that it refers to.
    depends_on: Object.fromEntries(
      [...(depends_on ?? []), ...(lifecycle?.replace_triggered_by ?? [])]
        .flatMap((address) => /^docker_container\.(\w+)/.exec(address)?.[1] ?? [])
        .map((name) => [name, { condition: conditionOf(resources.docker_container[name]) }]),
    ),
  };
}

function conditionOf(container: ContainerResource | undefined): string {
  if (container?.wait) return 'service_healthy';
  return container?.restart === 'no' ? 'service_completed_successfully' : 'service_started';
}

function imageName(expression: string, { docker_image: images }: StageResources): string {
  const [, id = ''] = /^\$\{docker_image\.(.+)\.name\}$/.exec(expression) ?? [];
  const image = images[id];
  if (!image) throw new Error(`${expression} is not an image of the stage`);
  return image.name;
}

/** Converts Terraform's escapes (`$${`, `%%{`) to those of Compose (`$$`). */
const literal = (text: string): string => text.replaceAll(/([$%])\1\{/g, '$1{').replaceAll('$', '$$$$');
