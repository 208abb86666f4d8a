import { images, referenceOf } from '../../../infra/images.js';
import { dockerProvider } from '../../../infra/provider.js';
import { runChecks } from '../../cli/check.js';
import { Engine } from '../engine.js';
import { machineChecks } from '../tool-checks.js';
import { onSynthesis } from './support/terraform.js';

/** Why this machine cannot deploy a stage, in one line; `undefined` if it can. */
export async function deployPrerequisites(): Promise<string | undefined> {
  const engine = new Engine();
  for (const result of await runChecks(machineChecks({ engine }))) if ('error' in result) return result.error.message;
  const { source, version } = dockerProvider;
  // With a mirror or a proxy, only Terraform can tell whether the provider is available.
  if ((await onSynthesis({ ATLAS_STAGE: 'atlas-test-init' })).code !== 0)
    return `terraform init cannot get the provider ${source} ${version}`;
  for (const image of Object.values(images).map(referenceOf)) {
    if (await engine.hasImage(image)) continue;
    const pulled = await engine.docker(['pull', '--quiet', image]).then(
      () => true,
      () => false,
    );
    if (!pulled) return `the image ${image} cannot be pulled`;
  }
  return undefined;
}
