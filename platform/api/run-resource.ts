import type { FromSchema } from 'json-schema-to-ts';
import { isFinal, type Run, type RunFilter } from '../runs/run.js';
import type { RunProblem } from '../runs/run-problem.js';
import type { runSchema } from './contract/schemas.js';

/** The representation of a run in the API. */
export type RunResource = FromSchema<typeof runSchema>;

const runPath = (id: string): string => `/v1/runs/${id}`;
export const workflowPath = (name: string): string => `/v1/workflows/${encodeURIComponent(name)}`;

export function toRunResource(run: Run): RunResource {
  return {
    id: run.id,
    workflow: run.workflow,
    status: run.status,
    caller: run.caller,
    input: run.input,
    result: run.result,
    failure: run.failure,
    problems: (run.problems ?? []).map(withoutStack),
    workflowId: run.workflowId,
    temporalRunId: run.temporalRunId,
    startsAt: run.startsAt?.toISOString() ?? null,
    createdAt: run.createdAt.toISOString(),
    updatedAt: run.updatedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
    links: linksOf(run),
  };
}

/** Stack traces are for the history, and only where it may show them. */
const withoutStack = ({ failure: { code, message }, ...problem }: RunProblem): RunProblem => ({
  ...problem,
  failure: { code, message },
});

function linksOf(run: Run): RunResource['links'] {
  const self = runPath(run.id);
  const links = {
    self,
    workflow: workflowPath(run.workflow),
    history: `${self}/history`,
    events: `${self}/events`,
  };
  return isFinal(run.status) ? links : { ...links, cancel: `${self}/cancel`, terminate: `${self}/terminate` };
}

/** Weak, because another version of the API can represent the same state differently. */
export const runETag = ({ id, version }: Run): string => `W/"${id}.${version}"`;

/** The path of another page of the list. */
export function pathOfPage({ limit, ...filter }: RunFilter & { readonly limit: number }, cursor: string): string {
  const { caller, workflow, status, createdFrom, createdBefore } = filter;
  const given = Object.entries({
    ...{ workflow, status: status?.join(','), caller },
    ...{ createdFrom: createdFrom?.toISOString(), createdBefore: createdBefore?.toISOString() },
    ...{ limit: String(limit), cursor },
  });
  const query = new URLSearchParams();
  for (const [name, value] of given) if (value !== undefined) query.set(name, value);
  return `/v1/runs?${query}`;
}
