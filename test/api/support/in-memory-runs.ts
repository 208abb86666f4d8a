import { v7 as uuidV7 } from 'uuid';
import { RunEnded, RunNotFound, UpdateRejected } from '../../../errors/runs.js';
import { isFinal, type Outcome, type Run } from '../../../runs/run.js';
import type { Runs } from '../../../runs/runs.js';
import { createValidation } from '../../../runs/validation.js';
import { catalogue } from '../../../workflows/catalogue.js';

/** Runs without PostgreSQL and Temporal, for what the API alone does. A run ends when `end` is called, or at once with `outcome`. */
export interface InMemoryRuns extends Runs {
  end(id: string, outcome: Outcome): void;
  /** Every call from now on throws this. */
  failWith(error: unknown): void;
}

const completed: Outcome = { status: 'completed', result: { greeting: 'Good day' } };

/** @param outcome - how each run ends as soon as it starts. @default - it stays `running` */
export function createInMemoryRuns(outcome?: Outcome): InMemoryRuns {
  const validation = createValidation(catalogue);
  const runs = new Map<string, Run>();
  let failure: unknown;

  const guard = () => {
    if (failure !== undefined) throw failure;
  };
  const find = (id: string): Run => {
    guard();
    const run = runs.get(id);
    if (!run) throw new RunNotFound(id);
    return run;
  };
  const findOpen = (id: string): Run => {
    const run = find(id);
    if (isFinal(run.status)) throw new RunEnded(id);
    return run;
  };
  const end = (id: string, how: Outcome): Run => {
    const ended: Run = { ...find(id), ...how, endedAt: new Date(), updatedAt: new Date() };
    runs.set(id, ended);
    return ended;
  };
  const start = async (workflow: string, input: unknown): Promise<Run> => {
    guard();
    validation.input(workflow, input);
    const run = newRun(workflow, input);
    runs.set(run.id, run);
    return outcome ? end(run.id, outcome) : run;
  };

  return {
    start,
    async execute(workflow, input, { ms }) {
      const { id } = await start(workflow, input);
      const until = Date.now() + ms;
      while (!isFinal(find(id).status) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
      return find(id);
    },
    get: async (id) => find(id),
    async list({ limit, cursor }) {
      guard();
      const older = [...runs.values()].reverse().filter(({ id }) => cursor === undefined || id < cursor);
      const page = older.slice(0, limit);
      const last = page.at(-1);
      return older.length > limit && last ? { runs: page, next: last.id } : { runs: page };
    },
    cancel: async (id) => findOpen(id),
    terminate: async (id, reason = 'no reason') =>
      end(findOpen(id).id, { status: 'terminated', failure: { code: 'run-terminated', message: reason } }),
    async signal(id, signal, input) {
      validation.message(findOpen(id).workflow, 'signal', signal, input);
    },
    async query(id, query) {
      validation.query(find(id).workflow, query);
      return { status: 'waiting' };
    },
    async update(id, update, input) {
      const run = findOpen(id);
      validation.message(run.workflow, 'update', update, input);
      if (run.result !== null) throw new UpdateRejected('It has been decided');
      runs.set(id, { ...run, result: input });
      return input;
    },
    end,
    failWith(error) {
      failure = error;
    },
  };
}

function newRun(workflow: string, input: unknown): Run {
  const id = uuidV7();
  const now = new Date();
  return {
    id,
    workflow,
    status: 'running',
    input,
    result: null,
    failure: null,
    workflowId: `${workflow}-${id}`,
    temporalRunId: uuidV7(),
    createdAt: now,
    updatedAt: now,
    startedAt: now,
    endedAt: null,
    version: 1,
  };
}

export const outcomes = {
  completed,
  failed: {
    status: 'failed',
    failure: { code: 'card-declined', message: 'The card was declined', activity: 'chargeCard', attempt: 3 },
  },
  cancelled: { status: 'cancelled', failure: { code: 'run-cancelled', message: 'Cancelled' } },
  terminated: { status: 'terminated', failure: { code: 'run-terminated', message: 'Terminated' } },
  timedOut: { status: 'timed-out', failure: { code: 'run-timed-out', message: 'Too slow' } },
  lost: { status: 'lost', failure: { code: 'run-lost', message: 'Unknown' } },
} as const satisfies Record<string, Outcome>;
