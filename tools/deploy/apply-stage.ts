import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFault } from '../cli/faults.js';
import { timed } from '../cli/screen.js';
import { ApplyProgress, type PartTime, partOf } from './apply-progress.js';
import type { CommandContext } from './command-context.js';
import { clearLeftovers, findLeftovers } from './engine-leftovers.js';
import { isData, migrations } from './jobs.js';
import { type Address, type PlannedChange, type Terraform, type TerraformEvent, TerraformFailed } from './terraform.js';

const postgres: Address = 'docker_container.postgres';

/**
 * Makes what is missing and replaces what differs, with progress on the screen.
 * @param startedAt - when this deploy began: what is younger on the engine is not left from an earlier one
 * @returns what was done and how long it took; empty when nothing differed
 * @throws {CommandFault | TerraformFailed}
 */
export async function applyStage(context: CommandContext, terraform: Terraform, startedAt: Date): Promise<PartTime[]> {
  return (await isFirst(context, terraform))
    ? applyAll(context, terraform)
    : applyChanges(context, terraform, startedAt);
}

const planFile = ({ stage }: CommandContext): string => join(stage.folder, 'terraform', 'plan');

async function plan(context: CommandContext, terraform: Terraform): Promise<PlannedChange[]> {
  return (await terraform.plan(planFile(context))).filter(({ action }) => action !== 'noop' && action !== 'read');
}

/** Whether nothing of the stage is there, so that nothing can be lost or be in the way. */
async function isFirst({ engine, stage }: CommandContext, terraform: Terraform): Promise<boolean> {
  const [containers, networks] = await Promise.all([engine.containersOf(stage.name), engine.networksOf(stage.name)]);
  return containers.length === 0 && networks.length === 0 && (await terraform.state()).length === 0;
}

/** Plans and makes everything in one go, which saves a plan. */
async function applyAll(context: CommandContext, terraform: Terraform): Promise<PartTime[]> {
  context.screen.line('To make everything');
  return applying(context, terraform, (onEvent) => terraform.apply({ targets: [] }, onEvent));
}

async function applyChanges(context: CommandContext, terraform: Terraform, startedAt: Date): Promise<PartTime[]> {
  const title = 'Comparing the definition with the engine';
  const planned = await context.screen.step(
    title,
    timed(planAfterClearing(context, terraform, startedAt)),
    () => title,
  );
  context.interrupts[0].throwIfAborted();
  if (planned.length === 0) {
    rmSync(planFile(context), { force: true });
    return [];
  }
  context.screen.line(`To ${summary(planned)}`);
  refuseToLoseData(planned);
  return applying(context, terraform, async (onEvent) => {
    const early = earlyJobs(planned);
    if (early.length > 0) {
      context.screen.line(`First ${early.map(partOf).join(', ')}: what serves goes on until that is done.`);
      await terraform.apply({ targets: early }, onEvent);
      if ((await plan(context, terraform)).length === 0) return;
    }
    await terraform.apply({ file: planFile(context) }, onEvent);
  });
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

/** Shows what Terraform does and how long it takes, and does not leave behind what it has made without a state. */
async function applying(
  context: CommandContext,
  terraform: Terraform,
  work: (onEvent: (event: TerraformEvent) => void) => Promise<void>,
): Promise<PartTime[]> {
  const progress = new ApplyProgress(context.screen);
  const from = new Date();
  try {
    await work(progress.onEvent);
    return progress.times;
  } catch (error) {
    progress.end();
    // Before that Terraform may not have had the state's lock: what is on the engine is not this deploy's.
    if (progress.hasBegun) await clearWhatNoStateKnows(context, terraform, from);
    throw error;
  } finally {
    rmSync(planFile(context), { force: true });
  }
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
export function refuseToLoseData(planned: readonly PlannedChange[]): void {
  const lost = planned.find(({ address, action }) => isData(address) && (action === 'replace' || action === 'delete'));
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
