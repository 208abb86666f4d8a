import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeploySettings } from './container-environment.js';
import { stageOf } from './stage.js';
import { synthesiseStage } from './synthesise-stage.js';

/** The Terraform configuration of a stage as text. Leaves no files. */
export function stageConfiguration(settings: DeploySettings): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-synth-'));
  try {
    return readFileSync(join(synthesiseStage(settings, stageOf(settings), folder), 'cdk.tf.json'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
