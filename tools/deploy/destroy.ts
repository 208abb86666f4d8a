import { mayRemoveData } from '../../infra/stage.js';
import { CommandFault } from '../cli/faults.js';
import { seconds } from '../cli/screen.js';
import { removeAppImages } from './app-images.js';
import { ApplyProgress } from './apply-progress.js';
import { askFor } from './ask.js';
import { type CommandContext, openTerraform } from './command-context.js';
import { clearStage } from './engine-leftovers.js';
import { isData } from './jobs.js';
import { preflight } from './preflight.js';
import type { Terraform } from './terraform.js';
import { toolChecks } from './tool-checks.js';

export interface DestroyOptions {
  /** Removes the data as well, and the app's images. */
  readonly data: boolean;
  /** Does not ask. */
  readonly yes: boolean;
}

/**
 * Stops and removes the stage's containers, each with the time it needs; also those that its state does not know. The data stays,
 * unless it was asked for or the settings say `destroy`.
 * @throws {CommandFault | TerraformFailed}
 */
export async function destroy(context: CommandContext, { data, yes }: DestroyOptions): Promise<void> {
  const { settings, stage, screen, interrupts } = context;
  const began = performance.now();
  const removesData = data || stage.removalPolicy === 'destroy';
  if (removesData && !mayRemoveData(settings))
    throw new CommandFault(
      `${stage.name} is a production stage: its data is removed only where ATLAS_ALLOW_DATA_REMOVAL=${stage.name} is set as well`,
    );
  await preflight(context, toolChecks(context));
  if (removesData && !yes && (await context.data.exists()))
    await askFor(
      stage.name,
      `All data of the stage ${stage.name} will be gone, its runs and Temporal's.`,
      interrupts[0],
    );

  const terraform = await openTerraform(context);
  const removed = (await byTerraform(context, terraform, removesData)) + (await clearStage(context));
  interrupts[0].throwIfAborted();
  if (removesData) await removeData(context);
  const rest = removesData ? 'its data is gone too' : `the data stays in the volume ${stage.volume}`;
  const what = removed > 0 ? 'is gone' : 'was not deployed';
  const hasData = removesData || (await context.data.exists());
  screen.line(
    `\nThe stage ${stage.name} ${what}${hasData ? `; ${rest}` : ''}, after ${seconds(performance.now() - began)}.`,
  );
}

/** @returns how many resources the state knew */
async function byTerraform({ screen }: CommandContext, terraform: Terraform, removesData: boolean): Promise<number> {
  // With nothing in the state too: that nobody else is at work on the stage is what Terraform's lock says.
  const state = await terraform.state();
  // A destroy looks at the state alone: a volume that an earlier deploy put there goes, whatever the settings say now.
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

/** What is on the engine of the stage and not in the state: the data, where it is only named, and the app's images. */
async function removeData(context: CommandContext): Promise<void> {
  const { stage, data, screen } = context;
  if (await data.exists()) {
    await data.remove();
    screen.done(`volume ${stage.volume} removed`);
  }
  await removeAppImages(context, new Set());
}
