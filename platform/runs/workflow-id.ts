const uuidAtEnd = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Temporal's id of a run's workflow. */
export const workflowIdOf = (workflow: string, runId: string): string => `${workflow}-${runId}`;

/** Id of the run that a workflow belongs to; `undefined` for a workflow that the API did not start. */
export const runIdOf = (workflowId: string): string | undefined => uuidAtEnd.exec(workflowId)?.[0];
