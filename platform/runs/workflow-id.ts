const uuidAtEnd = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Id of the workflow of a run in Temporal. */
export const workflowIdOf = (workflow: string, runId: string): string => `${workflow}-${runId}`;

/** Id of the run that a workflow belongs to, from the workflow's own id; `undefined` for a workflow that was started past the API. */
export const runIdOf = (workflowId: string): string | undefined => uuidAtEnd.exec(workflowId)?.[0];
