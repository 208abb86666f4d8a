import { services } from '../../config/names.js';
import type { CommandContext } from './command-context.js';
import type { ContainerState } from './engine.js';
import { CommandFault } from './faults.js';
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

/**
 * Removes what a deploy that failed or was interrupted left on the engine and would stand in the way of the next: jobs that failed,
 * which Terraform would hold against the new plan too, and what was made without having reached the state.
 * @throws {StateLost} nothing at all is in the state: what runs there may be somebody's whole stage
 */
export async function clearLeftovers(context: CommandContext, state: readonly StateResource[]): Promise<void> {
  const { engine, stage, screen } = context;
  const containers = await engine.containersOf(stage.name);
  const known = new Set(state.map(({ id }) => id));
  if (containers.length > 0 && !containers.some(({ id }) => known.has(id))) throw new StateLost(stage.name, containers);
  for (const container of containers) {
    const failed = container.isJob && container.status === 'exited' && container.exitCode !== 0;
    if (known.has(container.id) && !failed) continue;
    await engine.remove(container);
    screen.line(
      `${container.name} removed: ${failed ? `it had failed (exit code ${container.exitCode})` : 'it was left from a deploy that did not end'}`,
    );
  }
  for (const network of await engine.networksOf(stage.name))
    if (!known.has(network)) await engine.removeNetwork(network);
}

/**
 * Removes the stage's containers and networks, whatever the state says; the data stays. PostgreSQL goes last, so that all others can
 * still write to it.
 */
export async function clearStage({
  engine,
  stage,
  screen,
}: Pick<CommandContext, 'engine' | 'stage' | 'screen'>): Promise<number> {
  const containers = await engine.containersOf(stage.name);
  const isPostgres = ({ part }: ContainerState) => part === services.postgres;
  for (const group of [containers.filter((it) => !isPostgres(it)), containers.filter(isPostgres)]) {
    await Promise.all(
      group.map(async (container) => {
        await engine.remove(container);
        screen.done(`${container.name} removed`);
      }),
    );
  }
  for (const network of await engine.networksOf(stage.name)) await engine.removeNetwork(network);
  return containers.length;
}
