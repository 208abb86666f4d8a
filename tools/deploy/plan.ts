import { type CommandContext, openTerraform } from './command-context.js';
import { preflight } from './preflight.js';
import { toolChecks } from './tool-checks.js';

/** Exit code of `plan -- --detailed-exitcode` if there are changes; same as Terraform's. */
export const exitCodeDiffers = 2;

export interface PlanOptions {
  /** Report changes by the exit code. */
  readonly detailedExitcode: boolean;
}

/** Shows what a deploy would change. @returns the exit code @throws {CommandFault | TerraformFailed} */
export async function plan(context: CommandContext, { detailedExitcode }: PlanOptions): Promise<number> {
  await preflight(context, toolChecks(context));
  const terraform = await openTerraform(context);
  const hasChanges = await terraform.showPlan();
  return hasChanges && detailedExitcode ? exitCodeDiffers : 0;
}
