import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DeploySettings } from '../../infra/container-environment.js';
import { withSecretFingerprints } from '../../infra/ensure-secrets.js';
import type { Stage } from '../../infra/stage.js';
import { synthesiseStage } from '../../infra/stage-configuration.js';
import type { Screen } from '../cli/screen.js';
import type { Engine } from './engine.js';
import type { StageData } from './stage-data.js';
import { Terraform } from './terraform.js';

export interface CommandContext {
  readonly settings: DeploySettings;
  readonly stage: Stage;
  readonly screen: Screen;
  readonly engine: Engine;
  readonly data: StageData;
  /** Aborted by Ctrl-C, and by a second one, which asks for an immediate stop. */
  readonly interrupts: readonly [AbortSignal, AbortSignal];
}

/** Writes the stage's configuration and initialises Terraform. @throws {TerraformFailed} */
export async function openTerraform(context: CommandContext): Promise<Terraform> {
  const { settings, stage, engine, interrupts } = context;
  const outdir = join(stage.folder, 'terraform');
  mkdirSync(outdir, { recursive: true, mode: 0o700 });
  const folder = synthesiseStage(settings, withSecretFingerprints(stage), outdir);
  const terraform = new Terraform({
    folder,
    env: {
      // Terraform's provider does not know the contexts of Docker's command line.
      DOCKER_HOST: await engine.host(),
      ...(settings.PG_CONN_STR !== undefined && { PG_CONN_STR: settings.PG_CONN_STR }),
    },
    interrupts,
  });
  await terraform.init();
  return terraform;
}
