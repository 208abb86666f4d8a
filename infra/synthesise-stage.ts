import { join } from 'node:path';
import { App } from 'cdktf';
import type { DeploySettings } from './container-environment.js';
import { StageStack } from './stacks/stage-stack.js';
import type { Stage } from './stage.js';

/**
 * Writes the Terraform configuration of a stage.
 * @param folder - output folder; cdktf's default if absent
 * @returns the folder for running Terraform
 */
export function synthesiseStage(settings: DeploySettings, stage: Stage, folder?: string): string {
  const app = new App(folder === undefined ? {} : { outdir: folder });
  new StageStack(app, stage.prefix, { settings, stage });
  app.synth();
  return join(app.outdir, 'stacks', stage.prefix);
}
