import { beginGeneration, ensureSecrets, hasSecrets, readSecret } from '../../infra/ensure-secrets.js';
import { acceptedRisks } from '../../infra/exposure.js';
import { apiKeyPath } from '../../infra/secrets.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { acceptsKeys, acceptsTokens } from '../../platform/settings/authentication.js';
import { seconds, timed } from '../cli/screen.js';
import { addressesOf, firstCall } from './addresses.js';
import type { PartTime } from './apply-progress.js';
import { applyStage } from './apply-stage.js';
import { type CommandContext, openTerraform } from './command-context.js';
import type { Options } from './command-line.js';
import { deployChecks } from './deploy-checks.js';
import { removeAppImages } from './engine-leftovers.js';
import { engineCheck, ownerCheck, preflight, toolChecks } from './tool-checks.js';

/**
 * Creates or updates the stage: creates missing resources and replaces changed ones.
 * @param options - `resetPassword`: first set the existing data's password to that of the stage's secrets
 * @throws {CommandFault | TerraformFailed} completed changes stay; the next deploy continues from them
 */
export async function deploy(context: CommandContext, options: { readonly resetPassword: boolean }): Promise<void> {
  const { stage, screen } = context;
  const began = performance.now();
  const startedAt = new Date();
  if (options.resetPassword) await resetDataPassword(context);
  // Terraform opens in parallel with the checks, unless the definition still needs new secrets.
  const early = hasSecrets(stage) ? openTerraform(context) : undefined;
  // The checks report faults better than Terraform.
  early?.catch(() => undefined);
  await preflight(context, deployChecks(context));
  ensureSecrets(stage);
  const terraform = await screen.step('Preparing Terraform', timed(early ?? openTerraform(context)));
  const times = await applyStage(context, terraform, startedAt);
  await removeAppImages(context, new Set((await context.engine.containersOf(stage.name)).map(({ image }) => image)));
  if (times.length > 0) screen.line(`\nTime per part:`);
  if (times.length > 0) screen.table(totals(times).map(({ part, did, ms }) => [part, `${seconds(ms)}, ${did}`]));
  screen.line('');
  screen.table(addressesOf(stage));
  if (acceptsKeys(stage.authentication))
    screen.line(`\nThe API's first key is in ${apiKeyPath(stage)}. To call the API:\n  ${firstCall(stage)}`);
  if (acceptsTokens(stage.authentication))
    screen.line(`\nThe API accepts tokens of ${context.settings.API_OIDC_ISSUER}.`);
  for (const risk of acceptedRisks(stage)) screen.warn(risk);
  const what = times.length > 0 ? 'is up' : 'is up to date, nothing to change';
  screen.line(`\nThe stage ${stage.name} ${what} (${seconds(performance.now() - began)}).`);
}

/** Shows what a deploy would change. @returns the exit code, as Terraform's @throws {CommandFault | TerraformFailed} */
export async function plan(context: CommandContext, { detailedExitcode }: Options<'plan'>): Promise<number> {
  await preflight(context, toolChecks(context));
  const hasChanges = await (await openTerraform(context)).showPlan();
  return hasChanges && detailedExitcode ? 2 : 0;
}

/** One line per part: a part that was removed and created was replaced. */
function totals(times: readonly PartTime[]): PartTime[] {
  const byPart = new Map<string, PartTime>();
  for (const time of times) {
    const earlier = byPart.get(time.part);
    byPart.set(time.part, earlier ? { ...time, did: 'replaced', ms: earlier.ms + time.ms } : time);
  }
  return [...byPart.values()];
}

async function resetDataPassword(context: CommandContext): Promise<void> {
  const { stage, data, screen } = context;
  await preflight(context, [engineCheck(context), ownerCheck(context)]);
  if (!(await data.exists()))
    throw new CommandFault(`The volume ${stage.volume} does not exist: deploy without --reset-password`);
  ensureSecrets(stage);
  await data.setPassword(readSecret(stage, 'superuser-password') ?? '');
  // The job that creates the other roles sets their passwords; it runs again, like everything that uses a password.
  beginGeneration(stage);
  screen.done(`The data in ${stage.volume} now has the password in ${stage.secretsFolder}`);
}
