import { type Check, runChecks } from '../cli/check.js';
import { CommandFault } from '../cli/faults.js';
import { timed } from '../cli/screen.js';
import type { CommandContext } from './command-context.js';
import { EngineRefused } from './engine.js';

/**
 * Runs all checks before anything changes, and reports all faults at once.
 * @throws {CommandFault}
 */
export async function preflight({ screen, interrupts }: CommandContext, checks: readonly Check[]): Promise<void> {
  const titles = checks.map(({ title }) => title).join(', ');
  await screen.step(`Checking ${titles}`, timed(runAll(checks, interrupts[0])), () => `Checked: ${titles}`);
}

async function runAll(checks: readonly Check[], interrupt: AbortSignal): Promise<void> {
  const results = await runChecks(checks);
  interrupt.throwIfAborted();
  const errors = results.flatMap((result) => ('error' in result ? [result.error] : []));
  const defect = errors.find((error) => !(error instanceof CommandFault || error instanceof EngineRefused));
  if (defect) throw defect;
  // A missing engine is one fault, not one for each check.
  const faults = new Set(errors.map(({ message }) => message));
  if (faults.size > 0) throw new CommandFault([...faults].join('\n'));
}
