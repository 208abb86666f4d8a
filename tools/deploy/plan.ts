import { type CommandContext, openTerraform } from './command-context.js';
import { preflight } from './preflight.js';
import { toolChecks } from './tool-checks.js';

/** Exit code of `plan -- --detailed-exitcode` where something differs; Terraform's own. */
export const exitCodeDiffers = 2;

export interface PlanOptions {
  /** Whether a difference is told by the exit code too. */
  readonly detailedExitcode: boolean;
}

/** Shows what a deploy would change, and changes nothing. @returns the exit code @throws {CommandFault | TerraformFailed} */
export async function plan(context: CommandContext, { detailedExitcode }: PlanOptions): Promise<number> {
  await preflight(context, toolChecks(context));
  const terraform = await openTerraform(context);
  const differs = await terraform.showPlan();
  return differs && detailedExitcode ? exitCodeDiffers : 0;
}
