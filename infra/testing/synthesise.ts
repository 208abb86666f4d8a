import { product } from '../../config/product.js';
import { type Environment, readSettings } from '../../platform/settings/settings.js';
import type { OwnContainers } from '../constructs/own-container.js';
import type { DeploySettings } from '../container-environment.js';
import { type Stage, stageOf } from '../stage.js';
import { type StageResources, stageConfiguration } from '../stage-configuration.js';

/** The parts of a Terraform configuration that tests check. */
export interface Configuration {
  readonly terraform: {
    readonly required_version: string;
    readonly backend: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  readonly resource: StageResources;
  readonly removed?: readonly { readonly from: string; readonly lifecycle: { readonly destroy: boolean } }[];
  readonly output: Readonly<Record<string, { readonly value: unknown }>>;
}

/** The settings of a deployment from these variables only. */
export const settingsFrom = (env: Environment): DeploySettings =>
  readSettings(product, env, { optional: ['POSTGRES_PASSWORD'] }).settings;

/** The stage that these variables describe. It does not depend on the product's own settings. */
export const stageFrom = (env: Environment): Stage => stageOf(settingsFrom(env), {});

/** The Terraform configuration of that stage, as text. It does not depend on the product's own containers. */
export const synthesisedText = (env: Environment, own: OwnContainers = {}): string =>
  stageConfiguration(settingsFrom(env), stageFrom(env), own);

export const synthesise = (env: Environment): Configuration => JSON.parse(synthesisedText(env)) as Configuration;

/** Stages that cover all variants, by the name of their snapshot. */
export const stages = {
  dev: { ATLAS_STAGE: 'dev' },
  staging: { ATLAS_STAGE: 'staging' },
  production: { ATLAS_STAGE: 'production' },
  'removable-data': { ATLAS_STAGE: 'removable-data', ATLAS_DATA_REMOVAL: 'destroy' },
  exposed: {
    ATLAS_STAGE: 'exposed',
    DEPLOY_BIND_ADDRESS: '0.0.0.0',
    DEPLOY_UI_BIND_ADDRESS: '0.0.0.0',
    DEPLOY_UI_PASSWORD: 'canary of 27 characters',
  },
} satisfies Record<string, Environment>;

export const containersOf = (env: Environment) => Object.entries(synthesise(env).resource.docker_container);
