import { type Check, runChecks } from '../../cli/check.js';
import { seconds } from '../../cli/screen.js';
import type { CommandContext } from './command-context.js';
import { CommandFault, CommandFaults } from './faults.js';

/**
 * Looks at everything before anything is changed, and tells all that is wrong at once.
 * @throws {CommandFaults}
 */
export async function preflight({ screen, interrupts }: CommandContext, checks: readonly Check[]): Promise<void> {
  const began = performance.now();
  screen.activity(
    () => `Checking ${checks.map(({ title }) => title).join(', ')} ${seconds(performance.now() - began)}`,
  );
  const results = await runChecks(checks).finally(() => screen.endActivity());
  interrupts[0].throwIfAborted();
  const errors = results.flatMap((result) => ('error' in result ? [result.error] : []));
  // No engine is one fault, not one for each check that asks it.
  const known = new Map(errors.filter((error) => error instanceof CommandFault).map((error) => [error.message, error]));
  if (known.size > 0) throw new CommandFaults([...known.values()]);
  if (errors[0]) throw errors[0];
  screen.done(
    `Checked: ${checks.map(({ title }) => title).join(', ')} ${screen.paint('dim', `(${seconds(performance.now() - began)})`)}`,
  );
}
