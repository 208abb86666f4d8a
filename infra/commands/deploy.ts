import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFault } from '../../cli/faults.js';
import { seconds } from '../../cli/screen.js';
import { beginGeneration, ensureSecrets, readSecret } from '../ensure-secrets.js';
import { addressesOf } from './addresses.js';
import { removeAppImages } from './app-images.js';
import { ApplyProgress, type PartTime, partOf } from './apply-progress.js';
import { type CommandContext, openTerraform } from './command-context.js';
import { deployChecks, engineCheck, ownerCheck } from './deploy-checks.js';
import { clearLeftovers, findLeftovers } from './engine-leftovers.js';
import { migrations } from './jobs.js';
import { preflight } from './preflight.js';
import { type Address, type PlannedChange, type Terraform, TerraformFailed } from './terraform.js';

export interface DeployOptions {
  /** Give existing data the password of the stage's secrets first. */
  readonly resetPassword: boolean;
}

const postgres: Address = 'docker_container.postgres';

/**
 * Brings the stage to what the code says: all that is missing is made, all that differs replaced.
 * @throws {CommandFault | TerraformFailed} what is there by then goes on; the next deploy goes on from it
 */
export async function deploy(context: CommandContext, { resetPassword }: DeployOptions): Promise<void> {
  const { stage, screen, interrupts } = context;
  const began = performance.now();
  const startedAt = new Date();
  if (resetPassword) await giveDataThePassword(context);
  await preflight(context, deployChecks(context));
  ensureSecrets(stage);
  const terraform = await during(context, 'Preparing Terraform', () => openTerraform(context));
  const planned = await during(context, 'Comparing the definition with the engine', () =>
    planAfterClearing(context, terraform, startedAt),
  );
  interrupts[0].throwIfAborted();
  const times = planned.length > 0 ? await apply(context, terraform, planned) : [];
  rmSync(planFile(context), { force: true });
  await removeAppImages(context, new Set((await context.engine.containersOf(stage.name)).map(({ image }) => image)));
  if (times.length > 0) screen.line(`\nTime per part:`);
  if (times.length > 0) screen.table(totals(times).map(({ part, did, ms }) => [part, `${seconds(ms)}, ${did}`]));
  screen.line('');
  screen.table(addressesOf(stage));
  const what = times.length > 0 ? 'is up' : 'is up already, nothing to change';
  screen.line(`\nThe stage ${stage.name} ${what}, after ${seconds(performance.now() - began)}.`);
}

/** Runs something with a line that says so while it takes. */
async function during<T>({ screen }: CommandContext, title: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  screen.activity(() => `${title} ${seconds(performance.now() - began)}`);
  const value = await work().finally(() => screen.endActivity());
  screen.done(`${title} ${screen.paint('dim', `(${seconds(performance.now() - began)})`)}`);
  return value;
}

const planFile = ({ stage }: CommandContext): string => join(stage.folder, 'terraform', 'plan');

async function plan(context: CommandContext, terraform: Terraform): Promise<PlannedChange[]> {
  return (await terraform.plan(planFile(context))).filter(({ action }) => action !== 'noop' && action !== 'read');
}

/**
 * The first plan takes the state's lock, so that what is found on the engine after it is not the work of another deploy; it may fail for
 * what the last one left.
 */
async function planAfterClearing(
  context: CommandContext,
  terraform: Terraform,
  startedAt: Date,
): Promise<PlannedChange[]> {
  const first = await plan(context, terraform).catch((error: unknown) => {
    if (error instanceof TerraformFailed && !error.isAboutLock) return error;
    throw error;
  });
  context.interrupts[0].throwIfAborted();
  const leftovers = await findLeftovers(context, await terraform.state(), startedAt);
  if (await clearLeftovers(context, leftovers)) return plan(context, terraform);
  if (first instanceof Error) throw first;
  return first;
}

async function apply(
  context: CommandContext,
  terraform: Terraform,
  planned: readonly PlannedChange[],
): Promise<PartTime[]> {
  const { screen } = context;
  screen.line(`To ${summary(planned)}`);
  refuseToLoseData(planned);
  const progress = new ApplyProgress(screen);
  const appliedFrom = new Date();
  try {
    const early = earlyJobs(planned);
    if (early.length > 0) {
      screen.line(`First ${early.map(partOf).join(', ')}: what serves goes on until that is done.`);
      await terraform.apply({ targets: early }, progress.onEvent);
      if ((await plan(context, terraform)).length === 0) return progress.times;
    }
    await terraform.apply({ file: planFile(context) }, progress.onEvent);
  } catch (error) {
    progress.end();
    // Before that Terraform may not have had the state's lock: what is on the engine is not this deploy's.
    if (progress.hasBegun) await clearWhatNoStateKnows(context, terraform, appliedFrom);
    throw error;
  } finally {
    rmSync(planFile(context), { force: true });
  }
  return progress.times;
}

/**
 * The jobs to be done before anything that serves is touched. In one go Terraform would first stop what depends on a job, so that a
 * migration that fails would leave nothing serving. Where PostgreSQL itself is replaced there is no way around that.
 */
export function earlyJobs(planned: readonly PlannedChange[]): Address[] {
  if (planned.some(({ address }) => address === postgres)) return [];
  const isService = ({ address }: PlannedChange) =>
    address.startsWith('docker_container.') && !migrations.includes(address);
  const stopsService = planned.some((change) => isService(change) && change.action !== 'create');
  if (!stopsService) return [];
  return migrations.filter((job) => planned.some(({ address, action }) => address === job && action !== 'delete'));
}

/** A deploy never removes data: that is for a destroy, which asks. @throws {CommandFault} */
function refuseToLoseData(planned: readonly PlannedChange[]): void {
  const lost = planned.find(
    ({ address, action }) => address.startsWith('docker_volume.') && (action === 'replace' || action === 'delete'),
  );
  if (lost)
    throw new CommandFault(
      `To go on, Terraform would remove the volume with the stage's data (${lost.address}): nothing was changed, npm run plan shows why`,
    );
}

/**
 * A first deploy that was interrupted may leave containers but no state at all, which the next would take for a lost one. Says so when it
 * fails, and no more: why the deploy failed matters more.
 */
async function clearWhatNoStateKnows(context: CommandContext, terraform: Terraform, from: Date): Promise<void> {
  const { engine, stage, screen, interrupts } = context;
  try {
    const known = new Set((await terraform.state()).map(({ id }) => id));
    const containers = await engine.containersOf(stage.name);
    if (containers.some(({ id }) => known.has(id))) return;
    for (const container of containers) {
      if (interrupts[1].aborted) return;
      if (container.createdAt >= from) await engine.remove(container);
    }
  } catch (error) {
    screen.warn(`What was made may have been left on the engine: ${(error as Error).message}`);
  }
}

const verbs: Readonly<Partial<Record<PlannedChange['action'], string>>> = {
  create: 'make',
  replace: 'replace',
  update: 'change',
  delete: 'remove',
  remove: 'forget',
};

function summary(planned: readonly PlannedChange[]): string {
  return Object.entries(verbs)
    .map(([action, verb]) => ({ verb, parts: planned.filter((change) => change.action === action) }))
    .filter(({ parts }) => parts.length > 0)
    .map(({ verb, parts }) => `${verb}: ${parts.map(({ address }) => partOf(address)).join(', ')}`)
    .join('; ');
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
