import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import type { OwnContainers } from './constructs/own-container.js';
import type { DeploySettings } from './container-environment.js';
import { ownContainers } from './own-containers.js';
import { StageStack } from './stacks/stage-stack.js';
import { labels, type Stage, stageOf } from './stage.js';

type Texts = readonly string[];

/** A container in Terraform's configuration, in the provider's terms. */
export interface ContainerResource {
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly hostname: string;
  readonly read_only: boolean;
  readonly init: boolean;
  readonly privileged?: boolean;
  readonly entrypoint?: Texts;
  readonly command?: Texts;
  readonly env: Texts;
  readonly capabilities: { readonly add?: Texts; readonly drop?: Texts };
  readonly security_opts: Texts;
  /** In MiB, as are `memory_swap` and `shm_size`. */
  readonly memory: number;
  readonly memory_swap: number;
  readonly shm_size?: number;
  readonly cpu_period: number;
  readonly cpu_quota: number;
  readonly log_driver: string;
  readonly log_opts: Readonly<Record<string, string>>;
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly mounts: readonly {
    readonly type: string;
    readonly source: string;
    readonly target: string;
    readonly read_only?: boolean;
  }[];
  readonly network_mode?: string;
  readonly networks_advanced: readonly { readonly name?: string; readonly aliases: Texts }[];
  readonly ports?: readonly { readonly internal: number; readonly external: number; readonly ip: string }[];
  readonly labels?: readonly { readonly label: string; readonly value: string }[];
  readonly healthcheck?: {
    readonly test: Texts;
    readonly interval: string;
    readonly timeout: string;
    readonly start_period: string;
    readonly retries: number;
  };
  readonly restart: string;
  /** Times in seconds. */
  readonly stop_timeout?: number;
  readonly destroy_grace_seconds?: number;
  readonly wait?: boolean;
  readonly wait_timeout?: number;
  readonly attach?: boolean;
  readonly logs?: boolean;
  readonly must_run?: boolean;
  readonly depends_on?: Texts;
  readonly lifecycle?: {
    readonly replace_triggered_by?: Texts;
    readonly postcondition?: readonly { readonly condition: string; readonly error_message: string }[];
  };
}

type Named = Readonly<Record<string, { readonly name: string }>>;

/** The resources in a stage's Terraform configuration. */
export interface StageResources {
  readonly docker_container: Readonly<Record<string, ContainerResource>>;
  readonly docker_image: Readonly<
    Record<
      string,
      { readonly name: string; readonly build?: { readonly build_args: Readonly<Record<string, string>> } }
    >
  >;
  readonly docker_network: Named;
  readonly docker_volume?: Named;
}

/**
 * Writes the Terraform configuration of a stage.
 * @param folder - output folder; cdktf's default if absent
 * @param own - the product's own containers
 * @returns the folder for running Terraform
 */
export function synthesiseStage(
  settings: DeploySettings,
  stage: Stage,
  folder?: string,
  own: OwnContainers = ownContainers,
): string {
  const app = new App(folder === undefined ? {} : { outdir: folder });
  new StageStack(app, stage.prefix, { settings, stage, ownContainers: own });
  app.synth();
  return join(app.outdir, 'stacks', stage.prefix);
}

/** The Terraform configuration of a stage as text. Leaves no files. */
export function stageConfiguration(
  settings: DeploySettings,
  stage: Stage = stageOf(settings),
  own: OwnContainers = ownContainers,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-synth-'));
  try {
    return readFileSync(join(synthesiseStage(settings, stage, folder, own), 'cdk.tf.json'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names of the parts that run as containers, in the order of the definition. */
export function stagePartsOf(settings: DeploySettings): string[] {
  const { resource }: { resource: StageResources } = JSON.parse(stageConfiguration(settings));
  return Object.values(resource.docker_container).flatMap(({ labels: all = [] }) =>
    all.filter(({ label }) => label === labels.part).map(({ value }) => value),
  );
}
