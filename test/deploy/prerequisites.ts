import { runChecks } from '../../cli/check.js';
import { Engine } from '../../infra/commands/engine.js';
import { machineChecks } from '../../infra/commands/tool-checks.js';
import { images, referenceOf } from '../../infra/images.js';

/** Why a stage cannot be deployed on this machine, in one line; `undefined` when it can. */
export async function deployPrerequisites(): Promise<string | undefined> {
  const engine = new Engine();
  for (const result of await runChecks(machineChecks({ engine }))) if ('error' in result) return result.error.message;
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
