import { HistoryNotFound } from '../errors/runs.js';
import type { RunsRepository } from './run.js';
import type { RunLookup } from './run-lookup.js';
import type { Runs } from './runs.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface RunReadsDeps {
  readonly repository: Pick<RunsRepository, 'list'>;
  readonly engine: Pick<WorkflowEngine, 'history'>;
  readonly lookup: Pick<RunLookup, 'findFor'>;
}

/** Reads runs without changing them. */
export const createRunReads = ({
  repository,
  engine,
  lookup,
}: RunReadsDeps): Pick<Runs, 'get' | 'list' | 'history'> => ({
  get: lookup.findFor,

  async list({ name, seesAll }, { limit, cursor, ...filter }) {
    // To this caller, the runs of others do not exist.
    if (!seesAll && filter.caller !== undefined && filter.caller !== name) return { runs: [] };
    // One run more than requested shows whether there is another page.
    const page = { limit: limit + 1, before: cursor };
    const found = await repository.list(page, seesAll ? filter : { ...filter, caller: name });
    const runs = found.slice(0, limit);
    const next = found.length > limit ? runs.at(-1)?.id : undefined;
    return { runs, ...(next !== undefined && { next }) };
  },

  async history(caller, id) {
    const run = await lookup.findFor(caller, id);
    if (run.status === 'pending' || run.temporalRunId === null) return { steps: [], truncated: false };
    const history = await engine.history(run.workflowId);
    if (!history) throw new HistoryNotFound(id);
    return history;
  },
});
