import { CommandFault } from '../../platform/errors/command-fault.js';
import { services } from '../../platform/settings/names.js';
import type { CommandContext } from './command-context.js';
import type { ContainerState } from './container-state.js';
import type { StateResource } from './terraform.js';

/**
 * Finds what a failed or interrupted deploy left on the engine: failed jobs, which would fail the new plan too, and resources that the
 * state does not contain. Changes nothing.
 * @param before - ignores newer resources, which may belong to another running deploy
 * @throws {CommandFault} the state contains nothing of the stage: the containers may be in use
 */
export async function findLeftovers(
  { engine, stage }: Pick<CommandContext, 'engine' | 'stage'>,
  state: readonly StateResource[],
  before: Date,
) {
  const containers = (await engine.containersOf(stage.name)).filter(({ createdAt }) => createdAt < before);
  const known = new Set(state.map(({ id }) => id));
  if (containers.length > 0 && !containers.some(({ id }) => known.has(id)))
    throw new CommandFault(
      `The engine has ${containers.length} containers of the stage ${stage.name} (${containers.map(({ name }) => name).join(', ')}), but Terraform's state contains none of them. Restore the state; or remove them with npm run destroy, which keeps the data, and deploy again`,
      { code: 'state-lost' },
    );
  const networks = await engine.networksOf(stage.name);
  return {
    containers: containers.filter((container) => !known.has(container.id) || hasFailed(container)),
    /** Ids. */
    networks: networks.filter(({ id, createdAt }) => !known.has(id) && createdAt < before).map(({ id }) => id),
  };
}

/** @returns whether there was anything to remove */
export async function clearLeftovers(
  { engine, screen }: Pick<CommandContext, 'engine' | 'screen'>,
  { containers, networks }: Awaited<ReturnType<typeof findLeftovers>>,
): Promise<boolean> {
  for (const container of containers) {
    await engine.remove(container);
    const why = hasFailed(container)
      ? `it failed with exit code ${container.exitCode}`
      : 'an incomplete deploy left it behind';
    screen.line(`${container.name} removed: ${why}`);
  }
  for (const network of networks) await engine.removeNetwork(network);
  return containers.length + networks.length > 0;
}

const hasFailed = ({ isJob, status, exitCode }: ContainerState): boolean =>
  isJob && status === 'exited' && exitCode !== 0;

/**
 * Removes the stage's containers and networks, even if the state does not contain them; the data stays. PostgreSQL is last, so that
 * the others can still write to it.
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

/** Removes the app's images that were built for this stage, except some. Warns about images that cannot be removed. */
export async function removeAppImages(
  { engine, stage, screen }: Pick<CommandContext, 'engine' | 'stage' | 'screen'>,
  except: ReadonlySet<string>,
): Promise<void> {
  const [repository = ''] = stage.image.split(':');
  for (const image of await engine.imagesOf(repository)) {
    // Only a hash may follow the stage's name: another stage's name may start with this one's.
    const hash = image.startsWith(`${stage.image}-`) ? image.slice(stage.image.length + 1) : '';
    if (!/^[0-9a-f]{12}$/.test(hash) || except.has(image)) continue;
    await engine.removeImage(image).then(
      () => screen.done(`image ${image} removed`),
      // Another container may use it.
      (error: Error) => screen.warn(error.message),
    );
  }
}
