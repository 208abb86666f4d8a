import { beginGeneration, ensureSecrets, hasSecrets, readSecret } from '../../infra/ensure-secrets.js';
import { acceptedRisks } from '../../infra/exposure.js';
import { apiKeyPath } from '../../infra/secrets.js';
import { CommandFault } from '../cli/faults.js';
import { seconds, timed } from '../cli/screen.js';
import { addressesOf } from './addresses.js';
import { removeAppImages } from './app-images.js';
import type { PartTime } from './apply-progress.js';
import { applyStage } from './apply-stage.js';
import { type CommandContext, openTerraform } from './command-context.js';
import { deployChecks } from './deploy-checks.js';
import { firstCall } from './first-call.js';
import { preflight } from './preflight.js';
import { engineCheck, ownerCheck } from './tool-checks.js';

export interface DeployOptions {
  /** Give existing data the password of the stage's secrets first. */
  readonly resetPassword: boolean;
}

/**
 * Brings the stage to what the code says: all that is missing is made, all that differs replaced.
 * @throws {CommandFault | TerraformFailed} what is there by then goes on; the next deploy goes on from it
 */
export async function deploy(context: CommandContext, { resetPassword }: DeployOptions): Promise<void> {
  const { stage, screen } = context;
  const began = performance.now();
  const startedAt = new Date();
  if (resetPassword) await giveDataThePassword(context);
  // Both only look. Where there are no secrets yet, the definition is made after them.
  const early = hasSecrets(stage) ? openTerraform(context) : undefined;
  // What the checks say of a fault is better than what Terraform says.
  early?.catch(() => undefined);
  await preflight(context, deployChecks(context));
  ensureSecrets(stage);
  const title = 'Preparing Terraform';
  const terraform = await screen.step(title, timed(early ?? openTerraform(context)), () => title);
  const times = await applyStage(context, terraform, startedAt);
  await removeAppImages(context, new Set((await context.engine.containersOf(stage.name)).map(({ image }) => image)));
  if (times.length > 0) screen.line(`\nTime per part:`);
  if (times.length > 0) screen.table(totals(times).map(({ part, did, ms }) => [part, `${seconds(ms)}, ${did}`]));
  screen.line('');
  screen.table(addressesOf(stage));
  screen.line(`\nThe API's first key, unless it was revoked, is in ${apiKeyPath(stage)}:\n  ${firstCall(stage)}`);
  for (const risk of acceptedRisks(stage)) screen.warn(risk);
  const what = times.length > 0 ? 'is up' : 'is up already, nothing to change';
  screen.line(`\nThe stage ${stage.name} ${what}, after ${seconds(performance.now() - began)}.`);
}

/** One line per part: what was removed to be made anew was replaced. */
function totals(times: readonly PartTime[]): PartTime[] {
  const byPart = new Map<string, PartTime>();
  for (const time of times) {
    const earlier = byPart.get(time.part);
    byPart.set(time.part, earlier ? { ...time, did: 'replaced', ms: earlier.ms + time.ms } : time);
  }
  return [...byPart.values()];
}

async function giveDataThePassword(context: CommandContext): Promise<void> {
  const { stage, data, screen } = context;
  await preflight(context, [engineCheck(context), ownerCheck(context)]);
  if (!(await data.exists()))
    throw new CommandFault(`There is no data in ${stage.volume}: deploy without --reset-password`);
  ensureSecrets(stage);
  await data.setPassword(readSecret(stage, 'superuser-password') ?? '');
  // The other roles get theirs from the job that makes them, which runs again, as does all that holds any.
  beginGeneration(stage);
  screen.done(`The data in ${stage.volume} has the password of ${stage.secretsFolder}`);
}
