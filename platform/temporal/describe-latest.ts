import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Call } from './errors.js';

export type LatestExecution = NonNullable<Awaited<ReturnType<typeof describeLatest>>>;

/** The latest execution of a workflow. @returns `undefined` if Temporal does not know the workflow, or no longer does */
export async function describeLatest(client: Client, call: Call, workflowId: string) {
  try {
    const described = await call(() => client.workflow.getHandle(workflowId).describe());
    return { ...described, open: described.status.name === 'RUNNING' || described.status.name === 'PAUSED' };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
