import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from '../../cli/check.js';
import { Engine } from '../../infra/commands/engine.js';
import { machineChecks } from '../../infra/commands/tool-checks.js';
import { images, referenceOf } from '../../infra/images.js';
import { dockerProvider } from '../../infra/provider.js';
import { stageOf } from '../../infra/stage.js';
import { synthesiseStage } from '../../infra/synthesise-stage.js';
import { settingsFrom } from '../../infra/testing/synthesise.js';
import { run } from './support/commands.js';

/** Why a stage cannot be deployed on this machine, in one line; `undefined` when it can. */
export async function deployPrerequisites(): Promise<string | undefined> {
  const engine = new Engine();
  for (const result of await runChecks(machineChecks({ engine }))) if ('error' in result) return result.error.message;
  const { source, version } = dockerProvider;
  if (!(await initialises())) return `terraform init cannot get the provider ${source} ${version}`;
  for (const image of Object.values(images).map(referenceOf)) {
    if (await engine.hasImage(image)) continue;
    const pulled = await engine.docker(['pull', '--quiet', image]).then(
      () => true,
      () => false,
    );
    if (!pulled) return `the image ${image} is not there and cannot be pulled`;
  }
  return undefined;
}

/** Where a mirror or a proxy is set, only Terraform itself finds out whether the provider is to be had. */
async function initialises(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-init-'));
  try {
    const settings = settingsFrom({ ATLAS_STAGE: 'atlas-test-init' });
    const stack = synthesiseStage(settings, stageOf(settings), folder);
    return (await run('terraform', [`-chdir=${stack}`, 'init', '-backend=false', '-input=false'])).code === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
