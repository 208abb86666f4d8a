import type { CommandContext } from './command-context.js';

type Context = Pick<CommandContext, 'engine' | 'stage' | 'screen'>;

/** Removes the images of the app that were built for this stage, but for those that are named. One that cannot be removed is told of. */
export async function removeAppImages({ engine, stage, screen }: Context, except: ReadonlySet<string>): Promise<void> {
  const [repository = ''] = stage.image.split(':');
  for (const image of await engine.imagesOf(repository)) {
    // What follows the stage's name is the hash and nothing more: another stage's name may begin with this one's.
    const hash = image.startsWith(`${stage.image}-`) ? image.slice(stage.image.length + 1) : '';
    if (!/^[0-9a-f]{12}$/.test(hash) || except.has(image)) continue;
    await engine.removeImage(image).then(
      () => screen.done(`image ${image} removed`),
      // Somebody may run a container of it by hand.
      (error: Error) => screen.warn(error.message),
    );
  }
}
