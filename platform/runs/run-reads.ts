import { HistoryNotFound } from '../errors/runs.js';
import { withTaskFailure } from './problem-recorder.js';
import type { Run } from './run.js';
import type { RunContext } from './run-context.js';
import type { RunHistory } from './run-history.js';
import { failingTask } from './run-problem.js';
import type { Runs } from './runs.js';

/** Reads runs without changing them. */
export const createRunReads = ({ repository, engine, lookup }: RunContext): Pick<Runs, 'get' | 'list' | 'history'> => ({
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
    if (run.status === 'pending' || run.temporalRunId === null) return { steps: [], truncated: false, problems: [] };
    const history = await engine.history(run.workflowId);
    if (!history) throw new HistoryNotFound(id);
    return withRecordedFailure(history, run);
  },
});

/** Workers record the newest failure of a workflow task, Temporal its first one. Its stack trace is shown only if the engine shows them. */
function withRecordedFailure(history: RunHistory, run: Run): RunHistory {
  const recorded = failingTask(run.problems ?? [])?.failure;
  const shown = failingTask(history.problems)?.failure;
  if (!recorded || !shown) return history;
  const { stack, ...failure } = recorded;
  const newest = shown.stack === undefined ? failure : { ...shown, ...recorded };
  return { ...history, problems: [...withTaskFailure(history.problems, newest)] };
}
