import { product } from '../../config/product.js';
import { type Environment, readSettings } from '../../platform/settings/settings.js';
import type { DeploySettings } from '../container-environment.js';
import { stageConfiguration } from '../stage-configuration.js';

export interface Healthcheck {
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly start_period: string;
  readonly retries: number;
}

/** The attributes of a container resource that tests check. */
export interface ContainerResource {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly security_opts?: readonly string[];
  readonly memory?: number;
  readonly memory_swap?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly log_driver?: string;
  readonly log_opts?: Readonly<Record<string, string>>;
  readonly network_mode?: string;
  readonly networks_advanced?: readonly { readonly name: string; readonly aliases: readonly string[] }[];
  readonly labels?: readonly { readonly label: string; readonly value: string }[];
  readonly env?: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly mounts?: readonly { readonly type: string; readonly source?: string; readonly target: string }[];
  readonly ports?: readonly { readonly internal: number; readonly external: number; readonly ip: string }[];
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly init?: boolean;
  readonly healthcheck?: Healthcheck;
  readonly wait?: boolean;
  readonly wait_timeout?: number;
  readonly destroy_grace_seconds?: number;
  readonly stop_timeout?: number;
  readonly restart?: string;
  readonly attach?: boolean;
  readonly logs?: boolean;
  readonly must_run?: boolean;
  readonly lifecycle?: {
    readonly replace_triggered_by?: readonly string[];
    readonly postcondition?: readonly { readonly condition: string; readonly error_message: string }[];
  };
}

/** The parts of a Terraform configuration that tests check. */
export interface Configuration {
  readonly terraform: {
    readonly required_version: string;
    readonly backend: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly resource: {
    readonly docker_container: Readonly<Record<string, ContainerResource>>;
    readonly docker_image: Readonly<Record<string, { readonly name: string }>>;
    readonly docker_network: Readonly<Record<string, { readonly name: string }>>;
    readonly docker_volume?: Readonly<Record<string, { readonly name: string }>>;
  };
  readonly removed?: readonly { readonly from: string; readonly lifecycle: { readonly destroy: boolean } }[];
  readonly output: Readonly<Record<string, { readonly value: unknown }>>;
}

/** The settings of a deployment from these variables only. */
export const settingsFrom = (env: Environment): DeploySettings =>
  readSettings(product, env, { optional: ['POSTGRES_PASSWORD'] }).settings;

/** The Terraform configuration, as text, of the stage that these variables describe. */
export const synthesisedText = (env: Environment): string => stageConfiguration(settingsFrom(env));

export const synthesise = (env: Environment): Configuration => JSON.parse(synthesisedText(env)) as Configuration;
