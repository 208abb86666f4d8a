import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { timed } from '../cli/screen.js';
import { ApplyProgress, isData, migrations, type PartTime, partOf } from './apply-progress.js';
import type { CommandContext } from './command-context.js';
import { clearLeftovers, findLeftovers } from './engine-leftovers.js';
import { type Address, type PlannedChange, type Terraform, type TerraformEvent, TerraformFailed } from './terraform.js';

const postgres: Address = 'docker_container.postgres';

/**
 * Creates missing resources and replaces changed ones, with progress on the screen.
 * @param startedAt - start of this deploy: newer resources on the engine are not leftovers
 * @returns the changes with their times; empty if there were none
 * @throws {CommandFault | TerraformFailed}
 */
export async function applyStage(context: CommandContext, terraform: Terraform, startedAt: Date): Promise<PartTime[]> {
  const { engine, stage, screen, interrupts } = context;
  const [containers, networks] = await Promise.all([engine.containersOf(stage.name), engine.networksOf(stage.name)]);
  if (containers.length === 0 && networks.length === 0 && (await terraform.state()).length === 0) {
    screen.line('Creating everything');
    return applying(context, terraform, (onEvent) => terraform.apply({ targets: [] }, onEvent));
  }
  const planning = timed(planAfterClearing(context, terraform, startedAt));
  const planned = await screen.step('Comparing the definition with the engine', planning);
  interrupts[0].throwIfAborted();
  if (planned.length === 0) {
    rmSync(planFile(context), { force: true });
    return [];
  }
  screen.line(`Changes: ${summary(planned)}`);
  rejectDataLoss(planned);
  return applying(context, terraform, async (onEvent) => {
    const early = earlyJobs(planned);
    if (early.length > 0) {
      screen.line(`First ${early.map(partOf).join(', ')}. Running services stay up until it has finished.`);
      await terraform.apply({ targets: early }, onEvent);
      if ((await plan(context, terraform)).length === 0) return;
    }
    await terraform.apply({ file: planFile(context) }, onEvent);
  });
}

const planFile = ({ stage }: CommandContext): string => join(stage.folder, 'terraform', 'plan');

async function plan(context: CommandContext, terraform: Terraform): Promise<PlannedChange[]> {
  return (await terraform.plan(planFile(context))).filter(({ action }) => action !== 'noop' && action !== 'read');
}

/**
 * The first plan takes the state's lock, so that leftovers on the engine are not from a running deploy. It may fail because of the
 * leftovers.
 */
async function planAfterClearing(context: CommandContext, terraform: Terraform, startedAt: Date) {
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

/** Shows the progress, and removes what a failed first apply created without a state. */
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
    // Before that, Terraform may not have the state's lock, and the resources may belong to another deploy.
    if (progress.hasBegun) await clearWithoutState(context, terraform, from);
    throw error;
  } finally {
    rmSync(planFile(context), { force: true });
  }
}

/**
 * The jobs to run before any running service changes. In a single apply, Terraform first stops the services that depend on a job, so a
 * failed migration would leave nothing running. If PostgreSQL itself is replaced, that cannot be avoided.
 */
export function earlyJobs(planned: readonly PlannedChange[]): Address[] {
  if (planned.some(({ address }) => address === postgres)) return [];
  const isService = ({ address }: PlannedChange) =>
    address.startsWith('docker_container.') && !migrations.includes(address);
  const stopsService = planned.some((change) => isService(change) && change.action !== 'create');
  if (!stopsService) return [];
  return migrations.filter((job) => planned.some(({ address, action }) => address === job && action !== 'delete'));
}

/** A deploy never removes data; a destroy does, after a confirmation. @throws {CommandFault} */
export function rejectDataLoss(planned: readonly PlannedChange[]): void {
  const lost = planned.find(({ address, action }) => isData(address) && (action === 'replace' || action === 'delete'));
  if (lost)
    throw new CommandFault(
      `Terraform would remove the volume with the stage's data (${lost.address}). Nothing was changed; npm run plan shows why`,
    );
}

/**
 * An interrupted first deploy may leave containers but no state, which the next deploy would report as a lost state. A failure here is
 * only a warning, because the reason of the failed deploy matters more.
 */
async function clearWithoutState(context: CommandContext, terraform: Terraform, from: Date): Promise<void> {
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
    screen.warn(`Some containers may be left on the engine: ${(error as Error).message}`);
  }
}

const verbs: Readonly<Partial<Record<PlannedChange['action'], string>>> = {
  create: 'create',
  replace: 'replace',
  update: 'update',
  delete: 'remove',
  remove: 'remove from the state',
};

function summary(planned: readonly PlannedChange[]): string {
  return Object.entries(verbs)
    .map(([action, verb]) => ({ verb, parts: planned.filter((change) => change.action === action) }))
    .filter(({ parts }) => parts.length > 0)
    .map(({ verb, parts }) => `${verb} ${parts.map(({ address }) => partOf(address)).join(', ')}`)
    .join('; ');
}
