import { createHash } from 'node:crypto';
import { Container, type ContainerConfig, type ContainerMounts } from '@cdktf/provider-docker/lib/container/index.js';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { secretsFolder } from '../container-environment.js';
import { mountedSecrets } from '../product-settings.js';
import { holders, type SecretHolder, secretPath } from '../secrets.js';
import { labels, type Stage } from '../stage.js';

export interface Limits {
  /** Memory in MiB, without swap. */
  readonly memoryMb: number;
  /** CPU cores, in steps of 0.1. */
  readonly cpus: number;
}

/** Props of every part of a stage. */
export interface PartProps {
  readonly stage: Stage;
  /** Reference to the image resource, which makes the container depend on the image. */
  readonly image: string;
  /** Reference to the network resource. */
  readonly network: string;
}

/** Props of every container of a stage, services and jobs. */
export interface ContainerPartProps extends PartProps {
  /** Name within the stage: part of the container's name, its label, its host name and its network alias. */
  readonly part: string;
  /** Further network aliases. @default - only `part` */
  readonly aliases?: readonly string[];
  /** Numeric user id, not 0. */
  readonly uid: number;
  readonly limits: Limits;
  /** @default - the entrypoint of the image */
  readonly entrypoint?: readonly string[];
  /** @default - the command of the image */
  readonly command?: readonly string[];
  /** Must not contain secrets: Terraform's state and `docker inspect` show it. @default - only the variables of the image */
  readonly environment?: Readonly<Record<string, string>>;
  /** The holder whose secrets are mounted below /run/secrets. @default - no secrets */
  readonly secrets?: SecretHolder;
  /** Further labels. A changed value replaces the container. @default - only the labels of the platform */
  readonly labels?: Readonly<Record<string, string>>;
  /** Writable in-memory folders: Docker's mount options by path. @default - the whole file system is read-only */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /** Capabilities to keep. Say why where you add one. @default - all capabilities are dropped */
  readonly capabilities?: readonly string[];
  /** Containers that must be healthy, or completed if they are jobs, before this one is created. @default - created at once */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Period of the CPU quota, in microseconds: the kernel's default. */
const cpuPeriodUs = 100_000;

const hardening = {
  // The provider detaches the container from this default network, and attaches it to the stage's network only.
  networkMode: 'bridge',
  readOnly: true,
  securityOpts: ['no-new-privileges:true'],
  logDriver: 'json-file',
  logOpts: { 'max-size': '10m', 'max-file': '3' },
};

/**
 * A hardened container: non-root user, no capabilities, read-only file system, limits, rotated logs, secrets as files.
 *
 * All values have the form in which the provider (kreuzwerker/docker 3.6.2) reads them back: otherwise each plan shows a change. The
 * provider plans changes of some attributes without applying them. A label contains their hash, because a changed label replaces the
 * container.
 */
export class PartContainer extends Container {
  constructor(scope: Construct, id: string, props: ContainerPartProps, config: PartConfig) {
    super(scope, id, configOf(props, config));
    // Plans, state and messages show the name of the part.
    this.overrideLogicalId(props.part.replaceAll('-', '_'));
  }
}

type PartConfig = Omit<ContainerConfig, 'name' | 'image' | 'labels' | 'mounts'> & {
  readonly mounts?: readonly ContainerMounts[];
};

function configOf(props: ContainerPartProps, config: PartConfig): ContainerConfig {
  const { stage, limits, tmpfs, capabilities } = props;
  const notApplied = {
    ...(tmpfs && { tmpfs }),
    ...(config.healthcheck && { healthcheck: config.healthcheck }),
    init: config.init ?? false,
    cpuPeriod: cpuPeriodUs,
    cpuQuota: Math.round(limits.cpus * cpuPeriodUs),
  };
  return {
    name: `${stage.prefix}-${props.part}`,
    image: props.image,
    hostname: props.part,
    user: `${props.uid}:${props.uid}`,
    ...(props.entrypoint && { entrypoint: props.entrypoint.map(literal) }),
    ...(props.command && { command: props.command.map(literal) }),
    env: Object.entries(props.environment ?? {}).map(([name, value]) => literal(`${name}=${value}`)),
    networksAdvanced: [{ name: props.network, aliases: [...new Set([props.part, ...(props.aliases ?? [])])] }],
    ...hardening,
    capabilities: { drop: ['ALL'], ...(capabilities && { add: [...capabilities] }) },
    memory: limits.memoryMb,
    memorySwap: limits.memoryMb,
    ...config,
    ...notApplied,
    mounts: [...(config.mounts ?? []), ...secretMounts(props)],
    labels: labelsOf(props, hash(notApplied)),
    dependsOn: [...(props.dependsOn ?? [])],
  };
}

const labelsOf = ({ stage, part, secrets, labels: further }: ContainerPartProps, definition: string) =>
  Object.entries({
    ...{ [labels.stage]: stage.name, [labels.part]: part, [labels.definition]: definition },
    ...(secrets !== undefined && stage.secretsGeneration && { [labels.secrets]: stage.secretsGeneration }),
    ...suppliedLabel(stage, secrets),
    ...further,
  }).map(([label, value]) => ({ label, value }));

/** Changes with the secrets that the team supplied: the mount of a file does not change with its content. */
function suppliedLabel(stage: Stage, holder: SecretHolder | undefined): Readonly<Record<string, string>> {
  const names = holder === undefined ? [] : mountedSecrets(stage, holder);
  const fingerprints = names.map((name) => stage.suppliedFingerprints?.[name]);
  return names.length === 0 ? {} : { [labels.supplied]: hash(fingerprints) };
}

function secretMounts({ stage, secrets }: ContainerPartProps): ContainerMounts[] {
  if (secrets === undefined) return [];
  const files = [...holders[secrets].mounts.map(({ file }) => file), ...mountedSecrets(stage, secrets)];
  return files.map((file) => ({
    type: 'bind',
    source: literal(secretPath(stage, secrets, { file })),
    target: `${secretsFolder}/${file}`,
    readOnly: true,
  }));
}

const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);

/** Escapes `${` and `%{`, which Terraform would evaluate, in texts for a shell. */
export const literal = (text: string): string =>
  text.replaceAll(/([$%])\{/g, (start, sign: string) => `${sign}${start}`);
