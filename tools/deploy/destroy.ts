import { createInterface } from 'node:readline/promises';
import { mayRemoveData } from '../../infra/stage.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { seconds } from '../cli/screen.js';
import { ApplyProgress, isData } from './apply-progress.js';
import { type CommandContext, openTerraform } from './command-context.js';
import type { Options } from './command-line.js';
import { clearStage, removeAppImages } from './engine-leftovers.js';
import type { Terraform } from './terraform.js';
import { preflight, toolChecks } from './tool-checks.js';

/**
 * Stops the stage's containers with their grace periods and removes them, even if the state does not contain them. The data stays,
 * unless `data` is set or ATLAS_DATA_REMOVAL is `destroy`.
 * @throws {CommandFault | TerraformFailed}
 */
export async function destroy(context: CommandContext, { data, yes }: Options<'destroy'>): Promise<void> {
  const { settings, stage, screen, interrupts } = context;
  const began = performance.now();
  const removesData = data || stage.removalPolicy === 'destroy';
  if (removesData && !mayRemoveData(settings))
    throw new CommandFault(
      `${stage.name} is a production stage: to remove its data, set ATLAS_ALLOW_DATA_REMOVAL=${stage.name} too`,
    );
  await preflight(context, toolChecks(context));
  if (removesData && !yes && (await context.data.exists()))
    await confirm(
      stage.name,
      `This removes all data of the stage ${stage.name}: its runs and Temporal's data.`,
      interrupts[0],
    );

  const terraform = await openTerraform(context);
  const removed = (await byTerraform(context, terraform, removesData)) + (await clearStage(context));
  interrupts[0].throwIfAborted();
  if (removesData) await removeData(context);
  const rest = removesData ? 'all its data was removed' : `its data stays in the volume ${stage.volume}`;
  const what = removed > 0 ? 'was removed' : 'was not deployed';
  const hasData = removesData || (await context.data.exists());
  screen.line(
    `\nThe stage ${stage.name} ${what}${hasData ? `; ${rest}` : ''} (${seconds(performance.now() - began)}).`,
  );
}

/** @returns the number of resources in the state */
async function byTerraform({ screen }: CommandContext, terraform: Terraform, removesData: boolean): Promise<number> {
  // Even with an empty state: Terraform's lock shows that no other command works on the stage.
  const state = await terraform.state();
  // A destroy removes everything in the state, including a volume of an earlier deploy with other settings.
  const data = state.find(({ address }) => isData(address));
  if (!removesData && data) await terraform.forget(data.address);
  const progress = new ApplyProgress(screen);
  try {
    await terraform.destroy(progress.onEvent);
  } finally {
    progress.end();
  }
  return state.length;
}

/** Removes what the state does not contain: a volume that Terraform does not manage, and the app's images. */
async function removeData(context: CommandContext): Promise<void> {
  const { stage, data, screen } = context;
  if (await data.exists()) {
    await data.remove();
    screen.done(`volume ${stage.volume} removed`);
  }
  await removeAppImages(context, new Set());
}

/** Asks the user to confirm with a word. @throws {CommandFault} the answer is another word, or there is no terminal */
async function confirm(word: string, question: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CommandFault(`${question} There is no terminal for a confirmation: add --yes to confirm`);
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C at the question counts as an answer.
  reader.once('SIGINT', () => reader.close());
  try {
    const answer = await Promise.race([
      reader.question(`${question} Type ${word} to continue: `, { signal }),
      new Promise<string>((resolve) => reader.once('close', () => resolve(''))),
    ]);
    if (answer.trim() !== word) throw new CommandFault('Nothing was removed.');
  } finally {
    reader.close();
  }
}
