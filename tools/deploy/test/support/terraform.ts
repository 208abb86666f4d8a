import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageOf } from '../../../../infra/stage.js';
import { synthesiseStage } from '../../../../infra/stage-configuration.js';
import { settingsFrom } from '../../../../infra/testing/synthesise.js';
import type { Environment } from '../../../../platform/settings/settings.js';
import { type Ended, run } from './commands.js';

/** Synthesises a stage and runs Terraform commands on it, without a state, until one fails. @returns the result of the last command */
export async function onSynthesis(
  env: Environment,
  ...commands: readonly (readonly [string, ...string[]])[]
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-synthesis-'));
  try {
    const settings = settingsFrom(env);
    const stack = synthesiseStage(settings, stageOf(settings), folder);
    const terraform = (...args: readonly string[]) => run('terraform', [`-chdir=${stack}`, ...args, '-no-color']);
    let ended = await terraform('init', '-backend=false', '-input=false');
    for (const args of commands) if (ended.code === 0) ended = await terraform(...args);
    return ended;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
