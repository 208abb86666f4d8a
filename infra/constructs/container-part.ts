import { createHash } from 'node:crypto';
import { Container, type ContainerConfig } from '@cdktf/provider-docker/lib/container/index.js';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { secretsFolder } from '../container-environment.js';
import { holders, type SecretHolder, secretPath } from '../secrets.js';
import { labels, type Stage } from '../stage.js';

/** What a container may take of the machine. */
export interface Limits {
  /** Memory, in MiB; there is no swap on top of it. */
  readonly memoryMb: number;
  /** Cores, in tenths at the least. */
  readonly cpus: number;
}

/** What every part of a stage is given: where it belongs, and what it runs. */
export interface PartProps {
  readonly stage: Stage;
  /** The image's name, as its resource tells it: so that it is there first. */
  readonly image: string;
  /** The network's name, as its resource tells it. */
  readonly network: string;
}

/** What every container of a stage has, whether it serves or does one job. */
export interface ContainerPartProps extends PartProps {
  /** What it is called within the stage: in its name, its label and on the screen. */
  readonly part: string;
  /** Names under which others reach it, besides `part`. @default - none */
  readonly aliases?: readonly string[];
  /** Numeric user; never 0. */
  readonly uid: number;
  readonly limits: Limits;
  /** @default - the image's */
  readonly entrypoint?: readonly string[];
  /** @default - the image's */
  readonly command?: readonly string[];
  /** Holds no secret: it can be read in the state and by `docker inspect`. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whose secrets are mounted under /run/secrets. @default - none */
  readonly secrets?: SecretHolder;
  /** Further labels: what the container is not told, and yet has to be made anew for. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Folders that are writable and gone with the container, by path, with Docker's options. @default - none */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /** Capabilities that are kept when all others are dropped; say why where you add one. @default - none */
  readonly capabilities?: readonly string[];
  /** What must be done or healthy before. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** CPU time is dealt out in periods of this length, in microseconds: the kernel's own default. */
const cpuPeriodUs = 100_000;

/**
 * A hardened container: not root, no capabilities, a read-only root, limits, rotated logs, its secrets as files.
 *
 * Everything is written as the provider (kreuzwerker/docker 3.6.2) reads it back, for otherwise every plan would show a change; and
 * what the provider changes only in its plan, never in the container, is hashed into a label, which does replace the container.
 */
export function createContainer(
  scope: Construct,
  id: string,
  props: ContainerPartProps,
  config: Omit<ContainerConfig, 'name' | 'image' | 'labels'>,
): Container {
  const { stage, limits, tmpfs, capabilities } = props;
  const hidden = {
    ...(tmpfs && { tmpfs }),
    ...(config.healthcheck && { healthcheck: config.healthcheck }),
    init: config.init ?? false,
    cpuPeriod: cpuPeriodUs,
    cpuQuota: Math.round(limits.cpus * cpuPeriodUs),
  };
  const container = new Container(scope, id, {
    name: `${stage.prefix}-${props.part}`,
    image: props.image,
    hostname: props.part,
    user: `${props.uid}:${props.uid}`,
    ...(props.entrypoint && { entrypoint: props.entrypoint.map(literal) }),
    ...(props.command && { command: props.command.map(literal) }),
    env: Object.entries(props.environment ?? {}).map(([name, value]) => literal(`${name}=${value}`)),
    // Attached to the stage's own network alone: the provider takes it off Docker's default one, which this names.
    networkMode: 'bridge',
    networksAdvanced: [{ name: props.network, aliases: [...new Set([props.part, ...(props.aliases ?? [])])] }],
    readOnly: true,
    capabilities: {
      drop: ['ALL'],
      ...(capabilities && capabilities.length > 0 && { add: [...capabilities] }),
    },
    securityOpts: ['no-new-privileges:true'],
    memory: limits.memoryMb,
    memorySwap: limits.memoryMb,
    logDriver: 'json-file',
    logOpts: { 'max-size': '10m', 'max-file': '3' },
    ...config,
    ...hidden,
    mounts: [...((config.mounts as [] | undefined) ?? []), ...secretMounts(props)],
    labels: [
      { label: labels.stage, value: stage.name },
      { label: labels.part, value: props.part },
      { label: 'atlas.definition', value: hash(hidden) },
      ...(props.secrets !== undefined && stage.secretsGeneration !== undefined
        ? [{ label: 'atlas.secrets', value: stage.secretsGeneration }]
        : []),
      ...Object.entries(props.labels ?? {}).map(([label, value]) => ({ label, value })),
    ],
    dependsOn: [...(props.dependsOn ?? [])],
  });
  // In plans, in the state and in messages it is called what it is called everywhere.
  container.overrideLogicalId(props.part.replaceAll('-', '_'));
  return container;
}

const secretMounts = ({ stage, secrets }: ContainerPartProps) =>
  secrets === undefined
    ? []
    : holders[secrets].mounts.map((mount) => ({
        type: 'bind',
        source: literal(secretPath(stage, secrets, mount)),
        target: `${secretsFolder}/${mount.file}`,
        readOnly: true,
      }));

const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);

/** Terraform reads `${` and `%{` in any text as its own; what is meant for a shell is protected from that. */
export const literal = (text: string): string =>
  text.replaceAll(/([$%])\{/g, (start, sign: string) => `${sign}${start}`);
