import { isFinal, type Run, type RunFailure, type RunStatus } from '../runs/run.js';

/** A run as callers see it. Times are ISO 8601 in UTC. */
export interface RunResource {
  readonly id: string;
  readonly workflow: string;
  readonly status: RunStatus;
  readonly input: unknown;
  readonly result: unknown;
  readonly failure: RunFailure | null;
  readonly workflowId: string;
  readonly temporalRunId: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly links: RunLinks;
}

export interface RunLinks {
  readonly self: string;
  readonly workflow: string;
  /** Only while the run has not ended. */
  readonly cancel?: string;
  readonly terminate?: string;
}

const runPath = (id: string): string => `/v1/runs/${id}`;
export const workflowPath = (name: string): string => `/v1/workflows/${encodeURIComponent(name)}`;

export function toRunResource(run: Run): RunResource {
  return {
    id: run.id,
    workflow: run.workflow,
    status: run.status,
    input: run.input,
    result: run.result,
    failure: run.failure,
    workflowId: run.workflowId,
    temporalRunId: run.temporalRunId,
    createdAt: run.createdAt.toISOString(),
    updatedAt: run.updatedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
    links: linksOf(run),
  };
}

function linksOf(run: Run): RunLinks {
  const self = runPath(run.id);
  const links = { self, workflow: workflowPath(run.workflow) };
  return isFinal(run.status) ? links : { ...links, cancel: `${self}/cancel`, terminate: `${self}/terminate` };
}
