import type { CommandContext } from './command-context.js';

type Context = Pick<CommandContext, 'engine' | 'stage' | 'screen'>;

/** Removes the app's images that were built for this stage, except some. Warns about images that cannot be removed. */
export async function removeAppImages({ engine, stage, screen }: Context, except: ReadonlySet<string>): Promise<void> {
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
