import { services } from '../../platform/settings/names.js';
import { CommandFault } from '../cli/faults.js';
import type { CommandContext } from './command-context.js';
import type { ContainerState } from './engine.js';
import type { StateResource } from './terraform.js';

/** Containers of the stage run, but its state knows nothing of them. */
class StateLost extends CommandFault {
  override readonly code = 'state-lost';
  constructor(stage: string, containers: readonly ContainerState[]) {
    super(
      `The engine has ${containers.length} containers of the stage ${stage} (${containers.map(({ name }) => name).join(', ')}), but Terraform's state knows none of them. Put the state back if you have it; or clear them with npm run destroy, which leaves the data, and deploy again`,
    );
    this.name = 'StateLost';
  }
}

/** What is on the engine and stands in the way of the next plan. */
export interface Leftovers {
  readonly containers: readonly ContainerState[];
  /** Ids. */
  readonly networks: readonly string[];
}

/**
 * What a deploy that failed or was interrupted left on the engine: jobs that failed, which Terraform would hold against the new plan
 * too, and what was made without having reached the state. Changes nothing.
 * @param before - only what was made earlier: what is younger may be another deploy's, that is at work right now
 * @throws {StateLost} nothing at all is in the state: what runs there may be somebody's whole stage
 */
export async function findLeftovers(
  { engine, stage }: Pick<CommandContext, 'engine' | 'stage'>,
  state: readonly StateResource[],
  before: Date,
): Promise<Leftovers> {
  const containers = (await engine.containersOf(stage.name)).filter(({ createdAt }) => createdAt < before);
  const known = new Set(state.map(({ id }) => id));
  if (containers.length > 0 && !containers.some(({ id }) => known.has(id))) throw new StateLost(stage.name, containers);
  const networks = await engine.networksOf(stage.name);
  return {
    containers: containers.filter((container) => !known.has(container.id) || hasFailed(container)),
    networks: networks.filter(({ id, createdAt }) => !known.has(id) && createdAt < before).map(({ id }) => id),
  };
}

/** @returns whether there was anything to remove */
export async function clearLeftovers(
  { engine, screen }: Pick<CommandContext, 'engine' | 'screen'>,
  { containers, networks }: Leftovers,
): Promise<boolean> {
  for (const container of containers) {
    await engine.remove(container);
    const why = hasFailed(container)
      ? `it had failed (exit code ${container.exitCode})`
      : 'it was left from a deploy that did not end';
    screen.line(`${container.name} removed: ${why}`);
  }
  for (const network of networks) await engine.removeNetwork(network);
  return containers.length + networks.length > 0;
}

const hasFailed = ({ isJob, status, exitCode }: ContainerState): boolean =>
  isJob && status === 'exited' && exitCode !== 0;

/**
 * Removes the stage's containers and networks, whatever the state says; the data stays. PostgreSQL goes last, so that all others can
 * still write to it.
 */
export async function clearStage({ engine, stage, screen, interrupts }: CommandContext): Promise<number> {
  const containers = await engine.containersOf(stage.name);
  const isPostgres = ({ part }: ContainerState) => part === services.postgres;
  for (const group of [containers.filter((it) => !isPostgres(it)), containers.filter(isPostgres)]) {
    interrupts[0].throwIfAborted();
    await Promise.all(
      group.map(async (container) => {
        await engine.remove(container);
        screen.done(`${container.name} removed`);
      }),
    );
  }
  for (const { id } of await engine.networksOf(stage.name)) await engine.removeNetwork(id);
  return containers.length;
}
