/** The parts of a stage's Terraform configuration (cdk.tf.json) that the Compose file needs. */
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
  /** @default - the image is pulled */
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
  /** In MiB, like the next two. */
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
  /** Whether Terraform waits until the container is healthy. */
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

/** Translates each attribute of a container. */
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

/** Attributes that Compose expresses in another way or does not need. */
const withoutCounterpart: ReadonlySet<string> = new Set([
  ...['//', 'labels', 'network_mode', 'destroy_grace_seconds'],
  ...['wait_timeout', 'attach', 'logs', 'must_run'],
]);

/**
 * Generates a Compose file (JSON, which is YAML) with the stage's containers: the same images, commands, limits, health checks, secrets and
 * start order. Volume and network belong to Compose; `down --volumes` removes them.
 * @throws {Error} a container has an unknown attribute, so that the two would differ
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
      if (!translate) throw new Error(`${id}: the Compose file has no translation of ${key}`);
      return translate(value, resources);
    });
  return Object.assign({}, ...parts);
}

/** Translations that need two attributes or another container. */
const together = (container: ContainerDefinition, { docker_container: containers }: Resources) => ({
  logging: { driver: container.log_driver, options: container.log_opts },
  depends_on: Object.fromEntries(precedingOf(container).map((id) => [id, { condition: conditionOf(containers[id]) }])),
});

function conditionOf(container: ContainerDefinition | undefined): string {
  if (container?.wait) return 'service_healthy';
  return container?.restart === 'no' ? 'service_completed_successfully' : 'service_started';
}

/** Ids of the containers that Terraform creates before this one, by `depends_on` or by reference. */
function precedingOf({ depends_on: named = [], lifecycle }: ContainerDefinition): string[] {
  const addresses = [...named, ...(lifecycle?.replace_triggered_by ?? [])];
  return [...new Set(addresses.flatMap((address) => /^docker_container\.(\w+)/.exec(address)?.[1] ?? []))];
}

const mountOf = (mount: Mount) => ({ ...mount, source: mount.type === 'volume' ? 'data' : mount.source });

function imageName(expression: string, { docker_image: images }: Resources): string {
  const [, id = ''] = /^\$\{docker_image\.(.+)\.name\}$/.exec(expression) ?? [];
  const image = images[id];
  if (!image) throw new Error(`${expression} is not an image of the stage`);
  return image.name;
}

/** Converts Terraform's escapes (`$${`, `%%{`) to those of Compose (`$$`). */
const literal = (text: string): string => text.replaceAll(/([$%])\1\{/g, '$1{').replaceAll('$', '$$$$');
