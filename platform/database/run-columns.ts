/** The columns of `runs`, named like the fields of `Run`. */
export const runColumns =
  'runs.id, workflow, status, runs.caller, input, result, failure, problems, workflow_id AS "workflowId", temporal_run_id AS "temporalRunId", ' +
  'starts_at AS "startsAt", runs.created_at AS "createdAt", updated_at AS "updatedAt", runs.started_at AS "startedAt", ended_at AS "endedAt", runs.version';
