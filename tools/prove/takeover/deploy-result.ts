import { product } from '../../../config/product.js';
import { stageOf } from '../../../infra/stage.js';
import { readSettings } from '../../../platform/settings/settings.js';
import { runCommand } from '../../bench/run-command.js';
import { deployPrerequisites } from '../../deploy/test/prerequisites.js';
import type { Clone } from './clone.js';

const stageName = 'takeover';

/** Supplies the secrets that the product requires, as a team does before its first deploy. */
const supplySecrets = `for name in $(npm run --silent secrets -- list --stage ${stageName} | awk '/ missing$/ { print $1 }'); do
  echo made-up | npm run --silent secrets -- set "$name" --stage ${stageName} || exit 1
done`;

/** Deploys a stage of the clone, asks for its health, and destroys it with its data. @returns why this machine cannot, in one line */
export async function deployResult(clone: Clone): Promise<string | undefined> {
  const missing = await deployPrerequisites();
  if (missing !== undefined) return missing;
  const variables = `ATLAS_STAGE=${stageName} CI=1 CHECKPOINT_DISABLE=1`;
  let failure: unknown;
  try {
    await clone.run(supplySecrets);
    await clone.run(`${variables} npm run deploy`);
    await checkHealth();
  } catch (error) {
    failure = error;
  }
  const { folder: cwd, env } = clone;
  // Not stopped by Ctrl-C, which has stopped the deploy.
  const destroyed = runCommand('bash', ['-c', `${variables} npm run destroy -- --data --yes`], { cwd, env });
  if (failure === undefined) await destroyed;
  else await destroyed.catch(() => {}); // the first error says more
  if (failure !== undefined) throw failure;
  return undefined;
}

/** @throws the deployed product is not healthy */
async function checkHealth(): Promise<void> {
  const { settings } = readSettings(product, { ATLAS_STAGE: stageName }, { optional: ['POSTGRES_PASSWORD'] });
  const answer = await fetch(`http://127.0.0.1:${stageOf(settings).ports.api}/health`);
  const text = await answer.text();
  if (answer.status !== 200 || !text.includes('"status":"ok"'))
    throw new Error(`/health of the deployed product answers ${answer.status}: ${text}`);
}
