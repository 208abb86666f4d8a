import type { Run, RunFailure, RunStatus } from '../runs/run.js';

/** A row of `runs` as prepared statements return it. See `Run` in platform/runs/run.ts for the meaning of the columns. */
export interface RunRow {
  readonly id: string;
  readonly workflow: string;
  readonly status: RunStatus;
  readonly caller: string;
  readonly input: unknown;
  readonly result: unknown;
  readonly failure: RunFailure | null;
  readonly workflow_id: string;
  readonly temporal_run_id: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly version: number;
}

/** The columns of a `RunRow`. @param prefix - put before each column, such as `runs.` */
export const runColumns = (prefix = ''): string =>
  [
    'id',
    'workflow',
    'status',
    'caller',
    'input',
    'result',
    'failure',
    'workflow_id',
    'temporal_run_id',
    'created_at',
    'updated_at',
    'started_at',
    'ended_at',
    'version',
  ]
    .map((column) => prefix + column)
    .join(', ');

export const toRun = (row: RunRow): Run => ({
  id: row.id,
  workflow: row.workflow,
  status: row.status,
  caller: row.caller,
  input: row.input,
  result: row.result,
  failure: row.failure,
  workflowId: row.workflow_id,
  temporalRunId: row.temporal_run_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  version: row.version,
});
