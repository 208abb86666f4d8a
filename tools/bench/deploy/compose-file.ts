/** A stage's Terraform configuration (cdk.tf.json), as far as a Compose file is made of it. */
export interface StageConfiguration {
  readonly resource: Resources;
}

interface Resources {
  readonly docker_container: Readonly<Record<string, ContainerDefinition>>;
  readonly docker_image: Readonly<Record<string, ImageDefinition>>;
  readonly docker_network: Readonly<Record<string, { readonly name: string }>>;
}

interface ImageDefinition {
  readonly name: string;
  /** @default - it is pulled */
  readonly build?: { readonly build_args: Readonly<Record<string, string>> };
}

interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly hostname: string;
  readonly read_only: boolean;
  readonly init: boolean;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env: readonly string[];
  readonly capabilities: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly security_opts: readonly string[];
  /** In MiB, like the two below. */
  readonly memory: number;
  readonly memory_swap: number;
  readonly shm_size?: number;
  readonly cpu_period: number;
  readonly cpu_quota: number;
  readonly log_driver: string;
  readonly log_opts: Readonly<Record<string, string>>;
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly networks_advanced: readonly { readonly aliases: readonly string[] }[];
  readonly ports?: readonly { readonly internal: number; readonly external: number; readonly ip: string }[];
  readonly healthcheck?: Healthcheck;
  /** Whether Terraform waits until it is healthy. */
  readonly wait?: boolean;
  readonly restart: string;
  /** In seconds. */
  readonly stop_timeout?: number;
  readonly depends_on?: readonly string[];
  readonly lifecycle?: { readonly replace_triggered_by?: readonly string[] };
}

interface Mount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly read_only?: boolean;
}

interface Healthcheck {
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
  readonly start_period: string;
}

/** What each attribute of a container is in a Compose file. */
const translations: {
  readonly [Key in keyof Required<ContainerDefinition>]: (
    value: NonNullable<ContainerDefinition[Key]>,
    resources: Resources,
  ) => object;
} = {
  name: () => ({}),
  image: (image, resources) => ({ image: imageName(image, resources) }),
  user: (user) => ({ user }),
  hostname: (hostname) => ({ hostname }),
  read_only: (isReadOnly) => ({ read_only: isReadOnly }),
  init: (init) => ({ init }),
  entrypoint: (words) => ({ entrypoint: words.map(literal) }),
  command: (words) => ({ command: words.map(literal) }),
  env: (variables) => ({ environment: variables.map(literal) }),
  capabilities: ({ add = [], drop = [] }) => ({ cap_add: add, cap_drop: drop }),
  security_opts: (options) => ({ security_opt: options }),
  memory: (size) => ({ mem_limit: `${size}m` }),
  memory_swap: (size) => ({ memswap_limit: `${size}m` }),
  shm_size: (size) => ({ shm_size: `${size}m` }),
  cpu_period: (period) => ({ cpu_period: period }),
  cpu_quota: (quota) => ({ cpu_quota: quota }),
  log_driver: () => ({}),
  log_opts: () => ({}),
  tmpfs: (folders) => ({ tmpfs: Object.entries(folders).map(([path, options]) => `${path}:${options}`) }),
  mounts: (mounts) => ({ volumes: mounts.map(mountOf) }),
  networks_advanced: (networks) => ({ networks: { default: { aliases: networks.flatMap(({ aliases }) => aliases) } } }),
  ports: (ports) => ({ ports: ports.map(({ ip, external, internal }) => `${ip}:${external}:${internal}`) }),
  healthcheck: (check) => ({ healthcheck: { ...check, test: check.test.map(literal) } }),
  restart: (restart) => ({ restart }),
  stop_timeout: (seconds) => ({ stop_grace_period: `${seconds}s` }),
  depends_on: () => ({}),
  lifecycle: () => ({}),
  wait: () => ({}),
};

/** What a Compose file says by other means, or what only Terraform needs. */
const withoutCounterpart: ReadonlySet<string> = new Set([
  ...['//', 'labels', 'network_mode', 'destroy_grace_seconds'],
  ...['wait_timeout', 'attach', 'logs', 'must_run'],
]);

/**
 * The stage's containers as a Compose file (JSON, which is YAML): the same images, commands, limits, probes and secrets, in the same
 * order. A volume and a network of Compose's own, made with the first container and removed by `down --volumes`.
 * @throws {Error} a container has an attribute that is not translated: the two would not be alike
 */
export function composeFile({ resource }: StageConfiguration): string {
  const services = Object.entries(resource.docker_container).map(([id, container]) => [
    id,
    { ...translated(id, container, resource), ...together(container, resource) },
  ]);
  return JSON.stringify({ services: Object.fromEntries(services), volumes: { data: {} } });
}

function translated(id: string, container: ContainerDefinition, resources: Resources): object {
  const parts = Object.entries(container)
    .filter(([key]) => !withoutCounterpart.has(key))
    .map(([key, value]) => {
      const translate = translations[key as keyof ContainerDefinition] as
        | ((value: unknown, resources: Resources) => object)
        | undefined;
      if (!translate) throw new Error(`${id}: ${key} is not translated into the Compose file`);
      return translate(value, resources);
    });
  return Object.assign({}, ...parts);
}

/** What takes two attributes to say, or another container. */
const together = (container: ContainerDefinition, { docker_container: containers }: Resources) => ({
  logging: { driver: container.log_driver, options: container.log_opts },
  depends_on: Object.fromEntries(precedingOf(container).map((id) => [id, { condition: conditionOf(containers[id]) }])),
});

function conditionOf(container: ContainerDefinition | undefined): string {
  if (container?.wait) return 'service_healthy';
  return container?.restart === 'no' ? 'service_completed_successfully' : 'service_started';
}

/** Ids of the containers that Terraform has ready before it makes this one: what is referred to counts as much as what is named. */
function precedingOf({ depends_on: named = [], lifecycle }: ContainerDefinition): string[] {
  const addresses = [...named, ...(lifecycle?.replace_triggered_by ?? [])];
  return [...new Set(addresses.flatMap((address) => /^docker_container\.(\w+)/.exec(address)?.[1] ?? []))];
}

const mountOf = (mount: Mount) => ({ ...mount, source: mount.type === 'volume' ? 'data' : mount.source });

function imageName(expression: string, { docker_image: images }: Resources): string {
  const [, id = ''] = /^\$\{docker_image\.(.+)\.name\}$/.exec(expression) ?? [];
  const image = images[id];
  if (!image) throw new Error(`${expression} names no image of the stage`);
  return image.name;
}

/** Terraform's text as Compose's: the one doubles the sign of its own expressions where it is meant literally, the other every `$`. */
const literal = (text: string): string => text.replaceAll(/([$%])\1\{/g, '$1{').replaceAll('$', '$$$$');
