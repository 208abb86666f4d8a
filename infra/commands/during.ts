import { seconds } from '../../cli/screen.js';
import type { CommandContext } from './command-context.js';

/** Runs something with a line that says so while it takes. */
export async function during<T>(
  { screen }: Pick<CommandContext, 'screen'>,
  title: string,
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  screen.activity(() => `${title} ${seconds(performance.now() - began)}`);
  const value = await work().finally(() => screen.endActivity());
  screen.done(`${title} ${screen.paint('dim', `(${seconds(performance.now() - began)})`)}`);
  return value;
}
